#include "sanitizers/formats/zip_member.h"

#include <algorithm>
#include <array>

#include "sanitizers/formats/zip_fields.h"

namespace mugai::sanitize {
namespace {

using namespace zip;

constexpr uint16_t kVersion = 63;
constexpr uint16_t kMethodFlags = 1 << 1 | 1 << 2;   // their meaning depends on the method
constexpr std::string_view kName = "m";

}  // namespace

// Deflate64, Implode and older ones are not libarchive's.
bool is_known_zip_method(uint16_t method) {
  static constexpr uint16_t known[] = {kStored, kDeflated, 12 /* bzip2 */, 14 /* LZMA */, 93 /* Zstandard */, 95 /* xz */,
                                       98 /* PPMd */};
  return std::find(std::begin(known), std::end(known), method) != std::end(known);
}

ArchiveHandle::Read read_zip_member(Bytes untrusted, const ZipEntry& entry, const std::string& password, Sink& out) {
  using Read = ArchiveHandle::Read;
  // More than a worker may hold; and so our headers need no ZIP64.
  if (entry.size >= kIn64 || entry.packed_size >= kIn64) return Read::too_large;
  if (entry.encrypted && (password.empty() || (entry.flags & (kFlagStrong | kFlagMasked)))) return Read::encrypted;

  // ZipCrypto checks its password by the time when a descriptor follows, else by the CRC.
  std::string common;
  put16(common, entry.flags & (kMethodFlags | (entry.encrypted ? kFlagEncrypted | kFlagDescriptor : 0)));
  put16(common, entry.method);
  put16(common, u16(untrusted, entry.header_offset + 10));
  put16(common, u16(untrusted, entry.header_offset + 12));
  put32(common, entry.crc);
  put32(common, entry.packed_size);
  put32(common, entry.size);
  put16(common, kName.size());
  std::string extra;
  if (!entry.aes_extra.empty()) {
    put16(extra, kExtraAes);
    put16(extra, entry.aes_extra.size());
    extra += entry.aes_extra;
  }
  put16(common, extra.size());

  std::string head(kLocal);
  put16(head, kVersion);
  head += common;
  head += kName;
  head += extra;
  const Bytes data = slice(untrusted, entry.data_offset, entry.packed_size);
  std::string tail(kCentral);
  put16(tail, kVersion);
  put16(tail, kVersion);
  tail += common;
  tail += std::string(14, '\0');   // no comment, first disk, no attributes, offset 0
  tail += kName;
  tail += extra;
  const uint64_t directory_size = tail.size();
  tail += kEnd;
  put32(tail, 0);
  put16(tail, 1);
  put16(tail, 1);
  put32(tail, directory_size);
  put32(tail, head.size() + data.size());
  put16(tail, 0);

  const std::array<Bytes, 3> pieces = {head, data, tail};
  ArchiveHandle handle;
  if (!handle.open("zip", pieces, password)) return Read::damaged;
  if (handle.next() != ArchiveHandle::Step::entry)
    return entry.encrypted && handle.has_encrypted_header() ? Read::encrypted : Read::damaged;
  const Read result = handle.read(entry.size, out);
  // A wrong password that passes the one byte of ZipCrypto's check shows as damage.
  return result == Read::damaged && entry.encrypted ? Read::encrypted : result;
}

}  // namespace mugai::sanitize
