// An RTF taken apart and written again: groups that destinations.h knows, control words that words.h knows, text as characters,
// pictures rebuilt. Objects leave what they show, fields that fetch or run their last result, links what the profile says.
// Nothing in front of the document or behind it comes along. One pass, no recursion, a bounded stack. The result is a fixed
// point.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize::rtf {

// The Format's work. See Format::sanitize(). Held: "damaged-document" when it is none or breaks off inside of something,
// "too-deep".
Outcome rebuild_rtf(const Input& input, Sink& out, Context& context);

}  // namespace mugai::sanitize::rtf
