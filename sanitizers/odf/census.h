// What did not come along, under the ids that the report knows: parts of the foreign package that nothing of ours refers to.
// Pure.
#pragma once

#include <set>
#include <string>

#include "sanitizers/odf/package.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize::odf {

// `seen`: names, and folders with their '/', of what came along or was counted where it stood.
void count_parts_that_go(const Package& package, const std::set<std::string>& seen, Tally& tally);

}  // namespace mugai::sanitize::odf
