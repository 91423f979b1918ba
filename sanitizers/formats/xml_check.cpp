#include "sanitizers/formats/xml_check.h"

#include <algorithm>

namespace mugai::sanitize {
namespace {

bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != text.npos;
}

// A namespace may be spelt with character references, which only a parser undoes.
bool has_escaped_namespace(std::string_view text) {
  constexpr size_t kLongestName = 1'024;
  for (size_t at = text.find("xmlns"); at != text.npos; at = text.find("xmlns", at + 5)) {
    const size_t open = text.find_first_of("\"'", at);
    if (open == text.npos || open - at > kLongestName) continue;
    const size_t close = text.find(text[open], open + 1);
    const std::string_view value = text.substr(open, std::min(close, text.size()) - open);
    if (contains(value.substr(0, kLongestName), "&") || value.size() > kLongestName) return true;
    if (close == text.npos) return false;
    at = close;
  }
  return false;
}

}  // namespace

std::string_view xml_obstacle(std::string_view text) {
  if (contains(text, "<!ENTITY")) return "xml-entity";
  const size_t doctype = text.find("<!DOCTYPE");
  if (doctype != text.npos) {
    const std::string_view declaration = text.substr(doctype, text.find('>', doctype) - doctype);
    if (contains(declaration, "SYSTEM") || contains(declaration, "PUBLIC") || contains(declaration, "["))
      return "xml-entity";
  }
  if (contains(text, "w3.org/1999/xhtml") || contains(text, "w3.org/2000/svg") ||
      contains(text, "w3.org/1999/XSL") || has_escaped_namespace(text))
    return "active-xml";
  return {};
}

std::string without_stylesheets(std::string_view text, uint64_t& removed) {
  std::string out;
  size_t from = 0;
  for (size_t at = text.find("<?xml-stylesheet"); at != text.npos; at = text.find("<?xml-stylesheet", from)) {
    const size_t end = text.find("?>", at);
    out.append(text.substr(from, at - from));
    ++removed;
    from = end == text.npos ? text.size() : end + 2;
  }
  return out.append(text.substr(from));
}

}  // namespace mugai::sanitize
