// The adapter around zlib: CRC-32 and raw deflate (RFC 1951) at the one level we write, and gzip (RFC 1952) to read. Streams;
// private memory does not grow with the input. Deterministic.
#pragma once

#include <cstdint>

#include "config/base/bytes.h"

namespace mugai::sanitize {

uint32_t crc32_of(Bytes bytes);

[[nodiscard]] bool deflate_to(Bytes bytes, Sink& out);   // false: the sink or memory failed
uint64_t deflated_size(Bytes sample);

// All members of a gzip file, one after the other, each with its check sums verified. `trailing` is what follows them.
enum class Gunzip { ok, damaged, too_large, sink_failed };
Gunzip gunzip_to(Bytes untrusted, uint64_t max_bytes, Sink& out, uint64_t& trailing);

}  // namespace mugai::sanitize
