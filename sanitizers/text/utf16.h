// UTF-16LE, as Windows stores names and texts, to UTF-8. An odd byte at the end is left out, a lone surrogate is U+FFFD,
// NULs at the end (terminators) are dropped and those inside stay. Linear, pure.
#pragma once

#include <string>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {

inline std::string utf8_of_utf16le(Bytes bytes) {
  const auto unit = [&](size_t at) {
    return static_cast<char32_t>(byte_at(bytes, at) | byte_at(bytes, at + 1) << 8);
  };
  std::string out;
  size_t end = bytes.size() / 2 * 2;
  while (end >= 2 && unit(end - 2) == 0) end -= 2;
  for (size_t at = 0; at < end; at += 2) {
    char32_t c = unit(at);
    const char32_t low = at + 4 <= end ? unit(at + 2) : 0;
    if (c >= 0xD800 && c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      at += 2;
    }
    append_utf8(out, c);
  }
  return out;
}

}  // namespace mugai::sanitize
