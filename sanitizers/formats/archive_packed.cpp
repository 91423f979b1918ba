#include "sanitizers/formats/archive_packed.h"

#include <array>

#include "sanitizers/formats/archive_xz.h"
#include "sanitizers/formats/deflate.h"
#include "sanitizers/formats/zip_fields.h"

namespace mugai::sanitize {

bool is_packed_file(const Type& type) {
  return type.id == "gz" || type.id == "bz2" || type.id == "xz" || type.id == "zst";
}

// libarchive does not verify gzip's check sums; zlib does.
ArchiveHandle::Read unpack_file(Bytes untrusted, const Type& type, uint64_t max_bytes, Sink& out, uint64_t& trailing) {
  using Read = ArchiveHandle::Read;
  if (type.id == "gz") {
    switch (gunzip_to(untrusted, max_bytes, out, trailing)) {
      case Gunzip::ok: return Read::ok;
      case Gunzip::too_large: return Read::too_large;
      case Gunzip::sink_failed: return Read::sink_failed;
      case Gunzip::damaged: return Read::damaged;
    }
    return Read::damaged;
  }
  if (type.id == "xz") return unpack_xz(untrusted, max_bytes, out);
  const std::array<Bytes, 1> pieces = {untrusted};
  ArchiveHandle handle;
  if (!handle.open(type.id, pieces)) return Read::damaged;
  switch (handle.next()) {
    case ArchiveHandle::Step::entry: return handle.read(max_bytes, out);
    case ArchiveHandle::Step::end: return Read::ok;   // of nothing
    case ArchiveHandle::Step::failed: return Read::damaged;
  }
  return Read::damaged;
}

Bytes gzip_name(Bytes bytes) {
  constexpr unsigned kExtra = 4, kName = 8;
  constexpr size_t kFixed = 10;
  const unsigned flags = byte_at(bytes, 3);
  if (!bytes.starts_with("\x1f\x8b") || !(flags & kName)) return {};
  const Bytes rest = slice(bytes, kFixed + (flags & kExtra ? 2 + zip::u16(bytes, kFixed) : 0));
  return rest.substr(0, rest.find('\0'));
}

bool is_tar(Bytes untrusted) {
  const std::array<Bytes, 1> pieces = {untrusted};
  ArchiveHandle handle;
  return handle.open("tar", pieces) && handle.next() == ArchiveHandle::Step::entry;
}

}  // namespace mugai::sanitize
