// Files packed by themselves: gzip, bzip2, xz, Zstandard. Each holds one file, which may be a tar. Pure.
#pragma once

#include "sanitizers/detect/type.h"
#include "sanitizers/formats/archive_handle.h"

namespace mugai::sanitize {

bool is_packed_file(const Type& type);

// What `untrusted` of that type holds. `trailing`: bytes behind its end that belong to nothing, where they can be told.
ArchiveHandle::Read unpack_file(Bytes untrusted, const Type& type, uint64_t max_bytes, Sink& out, uint64_t& trailing);

// The name that a gzip file gives its content; empty when it gives none. Raw bytes.
Bytes gzip_name(Bytes untrusted);

// Whether libarchive finds a member in it: old ones have no signature.
bool is_tar(Bytes untrusted);

}  // namespace mugai::sanitize
