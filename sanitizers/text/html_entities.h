// Character references of HTML (HTML Standard §13.2.5.72-80): "&amp;", "&#x3042;", "&copy" without a
// semicolon. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mugai::sanitize {

// Appends `text` with its references replaced. In attributes a legacy name before '=' or a letter is left
// alone.
void append_with_references(std::string_view text, bool in_attribute, std::string& out);

}  // namespace mugai::sanitize
