// XML files travel as text, but a browser that opens one runs what it finds in the XHTML and SVG namespaces
// and fetches what the prologue names. Pure, linear.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugai::sanitize {

// Empty, or why such a file is held: "active-xml" (namespaces that run scripts), "xml-entity" (entities,
// external DTD).
std::string_view xml_obstacle(std::string_view utf8);

// Without <?xml-stylesheet ...?>; counts them.
std::string without_stylesheets(std::string_view utf8, uint64_t& removed);

}  // namespace mugai::sanitize
