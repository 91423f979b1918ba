// What a file name says, to every system that may read it: Windows cuts trailing dots and blanks and what
// follows a colon, C programs stop at a NUL, people see what bidi controls and full-width letters make them
// see. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

struct NameReading {
  const Type* type =
      nullptr;  // by the last extension; the most dangerous when systems differ; null: says nothing
  const Type* inner = nullptr;       // by the extension before it: "請求書.pdf.exe" has "pdf"
  std::string extension;             // lower-case, as the most careful reader sees it; may be unknown to us
  std::vector<std::string> reasons;  // "bidi-in-name", "double-extension", "deceptive-name"
};

// As type_by_extension(), and class ids ("{3050f4d8-...}"), which only systems read that open by name.
const Type* type_of_extension_in_name(std::string_view lower_extension);

NameReading read_name(std::string_view untrusted_name);

// UTF-8 to code points and back; what is not valid becomes U+FFFD.
std::u32string to_code_points(std::string_view untrusted_utf8);
void append_utf8(std::string& out, char32_t code_point);

bool is_bidi_control(char32_t c);
bool is_invisible(char32_t c);  // zero-width, soft hyphen, tags, variation selectors, fillers

}  // namespace mugai::sanitize
