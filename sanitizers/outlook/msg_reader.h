// Reads an Outlook message file (.msg, .oft; MS-OXMSG): properties, recipients, attachments and embedded messages of a
// compound file. Never trusts a size, never goes deeper than kMaxItemDepth. What cannot be read of an attachment becomes
// its `obstacle`, and the rest of the message comes through; a text or a header that cannot be read makes the message
// damaged.
#pragma once

#include "sanitizers/outlook/item.h"

namespace mugai::sanitize::outlook {

enum class Reading { complete, damaged, no_space };  // no_space: temporary failure of the workspace

[[nodiscard]] Reading read_msg(Bytes untrusted_file, Workspace& workspace, ItemFile& out);

}  // namespace mugai::sanitize::outlook
