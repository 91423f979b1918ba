// Numbers with the lowest byte first, as Windows writes them. Reading past the end gives zeros. ZIP has its own beside its
// other fields (formats/zip_fields.h); the second look of verify/ shares nothing with those who wrote.
#pragma once

#include <cstdint>

#include "config/base/bytes.h"

namespace mugai::sanitize {

inline uint32_t u16(Bytes bytes, size_t at) { return byte_at(bytes, at) | static_cast<uint32_t>(byte_at(bytes, at + 1)) << 8; }
inline uint32_t u32(Bytes bytes, size_t at) { return u16(bytes, at) | u16(bytes, at + 2) << 16; }
inline uint64_t u64(Bytes bytes, size_t at) { return u32(bytes, at) | static_cast<uint64_t>(u32(bytes, at + 4)) << 32; }

}  // namespace mugai::sanitize
