// ICU's converters behind a plain interface: bytes in the named charset to UTF-8 and back. Only charset.cpp
// uses it. One cache of open converters per thread. Not for Japanese 7-bit and EUC text, which japanese.h
// re-spells first.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/base/bytes.h"

namespace mugai::sanitize {

// Appends to `out`; what cannot be decoded is U+FFFD. Returns false when there was such a thing (or no such
// charset).
bool icu_to_utf8(Bytes bytes, const char* icu_name, std::string& out);

// Nothing when a character has no place in the charset. Only exact, round-trip mappings are used.
std::optional<std::string> icu_from_utf8(std::string_view utf8, const char* icu_name);

}  // namespace mugai::sanitize
