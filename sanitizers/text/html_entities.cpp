#include "sanitizers/text/html_entities.h"

#include <algorithm>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

struct Named {
  std::string_view name;
  char32_t first, second;
};
constexpr Named kNamed[] = {
#include "sanitizers/text/html_entities.inc"
};

constexpr size_t kLongestName = 33;

// What numbers 0x80 to 0x9F mean: windows-1252, as the standard says.
constexpr char32_t kWindows1252[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                       0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                       0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                       0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

int digit_of(char c, int base) {
  int value = -1;
  if (c >= '0' && c <= '9')
    value = c - '0';
  else if (c >= 'a' && c <= 'f')
    value = c - 'a' + 10;
  else if (c >= 'A' && c <= 'F')
    value = c - 'A' + 10;
  return value < base ? value : -1;
}

// `at` is behind "&#"; returns how many bytes were used, 0 for none.
size_t numeric(std::string_view text, size_t at, std::string& out) {
  size_t i = at;
  const int base = byte_at(text, i) == 'x' || byte_at(text, i) == 'X' ? 16 : 10;
  if (base == 16) ++i;
  const size_t digits = i;
  char32_t value = 0;
  for (; i < text.size() && digit_of(text[i], base) >= 0; ++i)
    if (value <= 0x10FFFF)
      value = value * static_cast<char32_t>(base) + static_cast<char32_t>(digit_of(text[i], base));
  if (i == digits) return 0;
  if (i < text.size() && text[i] == ';') ++i;
  if (value >= 0x80 && value <= 0x9F) value = kWindows1252[value - 0x80];
  append_utf8(out, value == 0 ? kReplacement : value);
  return i - at;
}

// `at` is behind '&'. The longest known name counts.
size_t named(std::string_view text, size_t at, bool in_attribute, std::string& out) {
  const std::string_view window = text.substr(at, kLongestName);
  size_t length = 0;
  while (length < window.size() && is_alphanumeric(window[length])) ++length;
  if (length < window.size() && window[length] == ';') ++length;
  for (; length >= 2; --length) {
    const std::string_view name = window.substr(0, length);
    const auto* found = std::lower_bound(std::begin(kNamed), std::end(kNamed), name,
                                         [](const Named& a, std::string_view b) { return a.name < b; });
    if (found == std::end(kNamed) || found->name != name) continue;
    const char next = static_cast<char>(byte_at(text, at + length));
    if (in_attribute && name.back() != ';' && (next == '=' || is_alphanumeric(next))) return 0;
    append_utf8(out, found->first);
    if (found->second != 0) append_utf8(out, found->second);
    return length;
  }
  return 0;
}

}  // namespace

void append_with_references(std::string_view text, bool in_attribute, std::string& out) {
  for (size_t i = 0; i < text.size();) {
    const size_t amp = std::min(text.find('&', i), text.size());
    out += text.substr(i, amp - i);
    if (amp == text.size()) return;
    const size_t used =
        byte_at(text, amp + 1) == '#' ? numeric(text, amp + 2, out) : named(text, amp + 1, in_attribute, out);
    if (used == 0) out += '&';
    i = amp + 1 + used;
    if (used > 0 && byte_at(text, amp + 1) == '#') ++i;
  }
}

}  // namespace mugai::sanitize
