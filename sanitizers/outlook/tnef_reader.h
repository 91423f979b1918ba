// Reads what Outlook hides in winmail.dat (TNEF, MS-OXTNEF): attributes and MAPI properties, recipients, attachments and
// messages inside, in place. Names come as CP932 in old attributes and as UTF-16 in properties; both are read. Never trusts
// a length, never goes deeper than kMaxItemDepth. A file that ends early or makes no sense is damaged; when that is within
// an attachment, this one has an `obstacle` and what came before it comes through.
#pragma once

#include "sanitizers/outlook/item.h"

namespace mugai::sanitize::outlook {

// False: damaged. `out` has views into the file.
[[nodiscard]] bool read_tnef(Bytes untrusted_file, Item& out);

}  // namespace mugai::sanitize::outlook
