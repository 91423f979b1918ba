// A look at a message before GMime sees it, for headers that would end the process or eat its memory: GMime parses
// addresses by recursion (one level for each group that begins inside a group), and keeps some 200 bytes for each
// parameter of every part. Fields are looked for at every line, because any line may be inside of a forwarded message.
// Never changes anything; one linear pass; what is not fit is held whole. Pure.
#pragma once

#include "config/base/bytes.h"
#include "config/base/limits.h"

namespace mugai::sanitize {

bool is_fit_for_gmime(Bytes untrusted_message, const Limits& limits);

}  // namespace mugai::sanitize
