// The text of an OpenDocument file in reading order: paragraphs, tables as lines with tabs, a mark where each sheet and slide
// begins; notes and comments in brackets where they stand. No headers and footers, no deleted text, no formulas. Method 1.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize::odf {

// See Format::to_text().
Outcome package_to_text(const Input& input, Sink& out, Context& context);
Outcome flat_to_text(const Input& input, Sink& out, Context& context);

}  // namespace mugai::sanitize::odf
