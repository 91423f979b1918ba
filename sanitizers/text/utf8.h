// UTF-8, one code point at a time, and the sentinel that stands for what is not one. For code that walks
// text; whole buffers in foreign charsets are charset.h's. Never reads past the view; overlong forms,
// surrogates and values over U+10FFFF are errors (RFC 3629 §3).
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "config/base/bytes.h"

namespace mugai::sanitize {

inline constexpr char32_t kReplacement = 0xFFFD;

inline void append_utf8(std::string& out, char32_t c) {
  if (c >= 0xD800 && (c <= 0xDFFF || c > 0x10FFFF)) c = kReplacement;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// The bytes of the sequence that begins at `offset`, and its code point; length 0 when it is not valid there.
struct CodePoint {
  char32_t value = kReplacement;
  size_t length = 0;
};

inline CodePoint code_point_at(std::string_view text, size_t offset) {
  const unsigned lead = byte_at(text, offset);
  if (lead < 0x80) return {static_cast<char32_t>(lead), offset < text.size() ? size_t{1} : size_t{0}};
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - offset < length) return {};
  char32_t value = lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    const unsigned next = byte_at(text, offset + i);
    if ((next & 0xC0) != 0x80) return {};
    value = value << 6 | (next & 0x3F);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) return {};
  return {value, length};
}

// Reads one code point and moves on; a byte that belongs to none is U+FFFD by itself.
inline char32_t next_code_point(std::string_view text, size_t& offset) {
  const CodePoint c = code_point_at(text, offset);
  offset += c.length ? c.length : 1;
  return c.value;
}

// How many bytes from `offset` on are ASCII other than NUL and ESC: what every charset here agrees about.
inline size_t plain_ascii_run(std::string_view text, size_t offset) {
  const size_t start = offset;
  while (text.size() - offset >= 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + offset, 8);
    const uint64_t no_esc = word ^ 0x1B1B1B1B1B1B1B1Bull;
    const uint64_t ones = 0x0101010101010101ull, high = 0x8080808080808080ull;
    if ((word | ((word - ones) & ~word) | ((no_esc - ones) & ~no_esc)) & high) break;
    offset += 8;
  }
  while (offset < text.size()) {
    const unsigned char c = byte_at(text, offset);
    if (c == 0 || c == 0x1B || c >= 0x80) break;
    ++offset;
  }
  return offset - start;
}

inline bool is_plain_ascii(std::string_view text) {
  return plain_ascii_run(text, 0) == text.size();
}

inline bool is_valid_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    i += plain_ascii_run(text, i);
    if (i == text.size()) break;
    const CodePoint c = code_point_at(text, i);
    if (c.length == 0) return false;
    i += c.length;
  }
  return true;
}

// Appends `bytes` with U+FFFD for what is no UTF-8, a cut-off sequence counting once. False when there was
// such a thing.
bool append_repaired_utf8(Bytes bytes, std::string& out);

}  // namespace mugai::sanitize
