// Numbers of font files: the highest byte first. Reading past the end gives zeros.
#pragma once

#include <cstdint>
#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize::pdf {

inline uint32_t be16(Bytes bytes, size_t at) { return static_cast<uint32_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1)); }
inline uint32_t be32(Bytes bytes, size_t at) { return be16(bytes, at) << 16 | be16(bytes, at + 2); }
inline void put16(std::string& out, uint32_t value) { out += {static_cast<char>(value >> 8), static_cast<char>(value)}; }
inline void put32(std::string& out, uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}

}  // namespace mugai::sanitize::pdf
