#include "sanitizers/rtf/level_text.h"

#include <algorithm>
#include <string>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize::rtf {

namespace {

constexpr char16_t kLevels = 9;

// The first is the length as it was given.
std::u16string units_of(std::string_view utf8) {
  std::u16string units;
  for (size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    if (c >= 0x10000) {
      units += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      units += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else if (units.empty() || c < kLevels || (c >= 0x20 && c < 0x7f) || c >= 0xA0) {
      units += static_cast<char16_t>(c);
    }
  }
  return units;
}

}  // namespace

void write_level_text(Writer& writer, std::string_view untrusted_utf8, std::optional<int64_t> template_id) {
  std::u16string units = units_of(untrusted_utf8);
  if (units.ends_with(u';')) units.pop_back();
  if (units.empty()) return;
  units = units.substr(1, std::min<size_t>(units[0], 255));
  if (!units.empty() && units.back() >= 0xD800 && units.back() < 0xDC00) units.pop_back();
  writer.word("leveltext");
  if (template_id) writer.word("leveltemplateid", *template_id);
  writer.level_text(units);
  writer.close();
  writer.open();
  writer.word("levelnumbers");
  for (size_t i = 0; i < units.size(); ++i)
    if (units[i] < kLevels) writer.byte(static_cast<unsigned char>(i + 1));
  writer.text(";");
}

}  // namespace mugai::sanitize::rtf
