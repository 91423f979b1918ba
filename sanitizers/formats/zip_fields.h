// The numbers of a ZIP file (APPNOTE.TXT 6.3.10): little-endian, read with bounds, written byte by byte. Signatures, sizes
// of the fixed parts, and the bits that somebody here looks at. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize::zip {

using namespace std::string_view_literals;

inline constexpr std::string_view kLocal = "PK\3\4"sv, kCentral = "PK\1\2"sv, kEnd = "PK\5\6"sv, kEnd64 = "PK\6\6"sv,
                                  kLocator64 = "PK\6\7"sv, kDescriptor = "PK\7\10"sv;
inline constexpr size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kEnd64Size = 56, kLocator64Size = 20;

inline constexpr uint16_t kFlagEncrypted = 1, kFlagDescriptor = 1 << 3, kFlagStrong = 1 << 6, kFlagUtf8 = 1 << 11,
                          kFlagMasked = 1 << 13;
inline constexpr uint16_t kStored = 0, kDeflated = 8, kAes = 99;
inline constexpr uint16_t kExtra64 = 1, kExtraUnicodePath = 0x7075, kExtraAes = 0x9901;
inline constexpr uint32_t kIn64 = 0xffffffff;   // "the value stands in the ZIP64 record"

inline uint16_t u16(Bytes bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) | byte_at(bytes, at + 1) << 8);
}
inline uint32_t u32(Bytes bytes, size_t at) {
  return u16(bytes, at) | static_cast<uint32_t>(u16(bytes, at + 2)) << 16;
}
inline uint64_t u64(Bytes bytes, size_t at) {
  return u32(bytes, at) | static_cast<uint64_t>(u32(bytes, at + 4)) << 32;
}

inline void put16(std::string& out, uint64_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>(value >> 8 & 0xff);
}
inline void put32(std::string& out, uint64_t value) {
  put16(out, value);
  put16(out, value >> 16);
}
inline void put64(std::string& out, uint64_t value) {
  put32(out, value);
  put32(out, value >> 32);
}

}  // namespace mugai::sanitize::zip
