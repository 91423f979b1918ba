// All the ways in which readers may understand one part: its names (filename, filename*, name, duplicates), its types
// (several Content-Type fields) and its bytes (unknown, commented or doubled transfer encodings; base64 that goes on
// behind its padding). The first of each is what most readers show; the others are only looked at for danger. Pure.
#pragma once

#include <string>
#include <vector>

#include "sanitizers/mime/piece.h"
#include "sanitizers/mime/structure.h"

namespace mugai::sanitize {

// Decodes `part` into `decoded` and fills bytes, other_bytes, names, declared and charset of `out`; `notes` gets what is
// odd. False: temporary failure.
[[nodiscard]] bool read_part(const Part& part, Blob& decoded, Untreated& out, std::vector<std::string>& notes);

}  // namespace mugai::sanitize
