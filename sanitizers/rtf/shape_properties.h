// Properties of shapes (MS-ODRAW §2.3, by the names that RTF gives them, RTF 1.9.1 "Drawing Object Properties"): which may
// stay, and what their values may be. Positions, looks, text boxes and pictures stay; links, scripts, file names and data
// of other programs do not. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mugai::sanitize::rtf {

enum class PropertyKind { none, number, array, text, picture, link, script };

PropertyKind property_kind(std::string_view name);

// The value as it is written, or nothing when it is none. An array's size and count are its own (CVE-2010-3333).
std::optional<std::string> property_number(std::string_view untrusted);
std::optional<std::string> property_array(std::string_view untrusted);

}  // namespace mugai::sanitize::rtf
