// Where a pivot table has its figures from: only a range of the same workbook may stay its source. Reads one small part.
#pragma once

#include "config/base/bytes.h"

namespace mugai::sanitize::ooxml {

bool pivot_source_is_inside(Bytes untrusted_cache_definition);

}  // namespace mugai::sanitize::ooxml
