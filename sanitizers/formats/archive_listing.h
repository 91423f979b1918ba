// What a held archive contains, for the report: so that a recipient can decide whether to ask for it. Pure.
#pragma once

#include <vector>

#include "sanitizers/formats/archive_source.h"

namespace mugai::sanitize {

// Adds "members" with their number and "member: NAME" for at most twenty, programs first, to outcome.removed, and
// "executable-in-archive" to outcome.reasons where a name says so.
void list_members(const std::vector<ArchiveMember>& members, Outcome& outcome);

}  // namespace mugai::sanitize
