// Where a message begins in a mailbox (mbox, RFC 4155): a line "From " with a time, and a header field in the next line. So
// a text that goes "From here on" begins none. Pure.
#pragma once

#include "config/base/bytes.h"

namespace mugai::sanitize {

// `at` is the beginning of a line.
bool is_mbox_start(Bytes text, size_t at);

}  // namespace mugai::sanitize
