// Whether a text is plainly a table: what other programs write for Excel and call .xls. Strict, for where it is asked the name
// says something else: at least two rows, all of as many cells, at least two, by tabs or by commas but not by both. Reads
// UTF-16 with a mark too. Linear, pure.
#pragma once

#include "config/base/bytes.h"
#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

// csv or tsv; null when it is not plainly either.
const Type* by_table(Bytes text);

}  // namespace mugai::sanitize
