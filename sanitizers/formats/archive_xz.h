// The adapter around liblzma: all streams of an .xz file, check sums verified, within bounds of output and of memory. A
// header may ask for gigabytes of dictionary; libarchive would grant them. Streams.
#pragma once

#include "sanitizers/formats/archive_handle.h"

namespace mugai::sanitize {

ArchiveHandle::Read unpack_xz(Bytes untrusted, uint64_t max_bytes, Sink& out);

}  // namespace mugai::sanitize
