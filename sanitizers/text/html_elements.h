// What the renderer knows about each element of HTML. A static table; rows are stable for the life of the
// process.
#pragma once

#include <cstdint>
#include <string_view>

namespace mugai::sanitize {

enum HtmlFlag : uint32_t {
  kEmptyElement = 1,    // has no content and no end tag
  kBlockElement = 2,    // begins and ends a line, and ends an open <p>
  kSpacedElement = 4,   // a blank line around it
  kSpecialElement = 8,  // an end tag of an ordinary element does not reach across it (HTML §13.2.4.2)
  kBoundary = 16,       // nor does that of a block
  kFormatting = 32,     // <b>, <a>, <font>: may be closed out of order
  kNeverShown = 64,     // content is not for reading
  kControl = 128,       // part of a form
};

struct HtmlElement {
  std::string_view name;
  uint32_t flags;
  std::string_view removed;  // reported when it is met; empty: not at all
};

// Null for unknown elements, which are inline and harmless.
const HtmlElement* html_element(std::string_view lower_case_name);

}  // namespace mugai::sanitize
