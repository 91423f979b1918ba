// A second, independent look at a file: what, if anything, would Mugai still object to in it? It shares the
// identification and the decoding of transfer encodings with the rest, and nothing with the formats: every check here is
// written from the specification of the file, to be strict where a writer would be lenient. It changes nothing and passes
// only what it knows: a type without a check is an objection. Linear, no recursion but for containers in containers,
// which are bounded. For `mugai file --verify`, for tests and for fuzzers.
#pragma once

#include <string>

#include "config/base/limits.h"
#include "config/base/result.h"
#include "sanitizers/detect/identify.h"
#include "sanitizers/report.h"

namespace mugai::sanitize {

// One item for the file and one for each thing in it; `reasons` of an item are the objections to it. The verdict is
// clean when there is none, otherwise held. An Error is a failure of resources.
Result<Report> verify_file(Bytes untrusted_bytes, const std::string& name, const Limits& limits,
                           const Identifier& identifier);

}  // namespace mugai::sanitize
