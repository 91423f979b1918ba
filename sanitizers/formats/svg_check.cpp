#include "sanitizers/formats/svg_check.h"

#include <algorithm>

namespace mugai::sanitize {
namespace {

bool ends_name(char c) {
  return c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// "svg:text" is a text, too.
std::string_view element_at(Bytes svg, size_t start) {
  size_t end = start;
  while (end < svg.size() && end - start < 64 && !ends_name(svg[end])) ++end;
  const std::string_view name = svg.substr(start, end - start);
  const size_t colon = name.rfind(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string_view svg_obstacle(Bytes svg) {
  // Only encodings in which "<" is one byte are searched below.
  const std::string_view declaration = svg.substr(0, 200);
  const size_t encoding = declaration.find("encoding");
  if (svg.find('\0') != Bytes::npos || (encoding != declaration.npos && encoding < declaration.find("?>"))) {
    const std::string_view value = declaration.substr(std::min(encoding, declaration.size()));
    const bool utf8 = value.find("UTF-8") != value.npos || value.find("utf-8") != value.npos;
    if (!utf8) return "svg-encoding";
  }
  for (size_t at = svg.find('<'); at != Bytes::npos; at = svg.find('<', at + 1)) {
    if (svg.substr(at, 8) == "<!ENTITY") return "svg-entity";
    const std::string_view name = element_at(svg, at + 1);
    if (is_one_of(name, {"text", "tspan", "textPath", "tref", "foreignObject", "include"})) return "svg-text";
    if (is_one_of(name, {"image", "feImage"})) return "svg-image";
  }
  return {};
}

}  // namespace mugai::sanitize
