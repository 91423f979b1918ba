// What did not come along, under the ids that the report knows: parts of the foreign package that no allowed relationship
// reaches, and relationships that lead out of it. Pure.
#pragma once

#include <set>
#include <string>

#include "sanitizers/ooxml/package.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize::ooxml {

void count_parts_that_go(const Package& package, const std::set<std::string>& taken, Tally& tally);
void count_external(const Relationship& relationship, Tally& tally);

}  // namespace mugai::sanitize::ooxml
