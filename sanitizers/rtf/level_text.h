// What a list writes before its paragraphs (RTF 1.9.1, "List Table"): a character that says how many follow, those, and
// among them numbers of levels; then where these stand. Both are counted anew, whatever the foreign ones say.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sanitizers/rtf/writer.h"

namespace mugai::sanitize::rtf {

// Writes \leveltext into the group that stands open and \levelnumbers into one behind it, which is left open in its place.
void write_level_text(Writer& writer, std::string_view untrusted_utf8, std::optional<int64_t> template_id);

}  // namespace mugai::sanitize::rtf
