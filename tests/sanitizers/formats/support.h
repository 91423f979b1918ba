// What the tests of formats share: pictures made by hand, so that decoders are checked against bytes that they did not
// write.
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/lone_format.h"

namespace mugai::sanitize {

using test::treat_alone;
using Treated = test::LoneResult;
inline Treated treat(Bytes bytes, std::string_view type, const Profile& profile = {}, std::string_view charset = "") {
  return treat_alone(bytes, type, profile, charset);
}

inline std::string le16(uint32_t value) {
  return {static_cast<char>(value), static_cast<char>(value >> 8)};
}
inline std::string le32(uint32_t value) {
  return le16(value & 0xffff) + le16(value >> 16);
}
inline std::string be32(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

inline uint32_t crc32(Bytes bytes) {
  uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

inline std::string png_chunk(const std::string& name, const std::string& body) {
  return be32(static_cast<uint32_t>(body.size())) + name + body + be32(crc32(name + body));
}

// Truecolour, with the pixels in stored (not compressed) deflate blocks. `extra` goes before the pixels.
inline std::string png_of(uint32_t width, uint32_t height, const std::string& rgb,
                          const std::string& extra = "") {
  std::string rows;
  for (uint32_t y = 0; y < height; ++y) rows += '\0' + rgb.substr(y * width * 3, width * 3);
  uint32_t a = 1, b = 0;
  for (const char c : rows) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  const auto length = static_cast<uint32_t>(rows.size());
  const std::string stream =
      std::string("\x78\x01\x01") + le16(length) + le16(~length & 0xffff) + rows + be32(b << 16 | a);
  return "\x89PNG\r\n\x1a\n" +
         png_chunk("IHDR", be32(width) + be32(height) + std::string("\x08\x02\0\0\0", 5)) + extra +
         png_chunk("IDAT", stream) + png_chunk("IEND", "");
}

inline std::string gradient(uint32_t width, uint32_t height) {
  std::string rgb;
  for (uint32_t y = 0; y < height; ++y)
    for (uint32_t x = 0; x < width; ++x)
      rgb += {static_cast<char>(x * 2), static_cast<char>(y * 2), static_cast<char>(128)};
  return rgb;
}

inline std::string bmp24_of(uint32_t width, uint32_t height, const std::string& rgb) {
  std::string rows;
  for (uint32_t y = height; y-- > 0;) {
    std::string row;
    for (uint32_t x = 0; x < width; ++x)
      for (const size_t band : {2u, 1u, 0u}) row += rgb[(y * width + x) * 3 + band];
    row.resize((row.size() + 3) / 4 * 4, '\0');
    rows += row;
  }
  const std::string info = le32(40) + le32(width) + le32(height) + le16(1) + le16(24) + std::string(24, '\0');
  return "BM" + le32(static_cast<uint32_t>(54 + rows.size())) + le32(0) + le32(54) + info + rows;
}

}  // namespace mugai::sanitize
