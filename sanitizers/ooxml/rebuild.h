// A document of Word, Excel or PowerPoint taken apart and written again: parts that schema.h knows, reached from the main one
// through relationships that schema.h allows, each written by part_filter.h, pictures rebuilt; content types, relationships
// and names of parts are ours. Macro and template kinds become their plain twins. The result is a fixed point.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize::ooxml {

// The Format's work for these types. See Format::sanitize().
Outcome rebuild_document(const Input& input, Sink& out, Context& context);

}  // namespace mugai::sanitize::ooxml
