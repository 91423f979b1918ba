#include "sanitizers/formats/archive_signs.h"

#include <algorithm>

#include "sanitizers/formats/zip_fields.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_view_literals;
using zip::u16;
using zip::u64;

// RAR 5's numbers: seven bits a byte, the lowest first.
uint64_t variable_number(Bytes bytes, size_t& at) {
  uint64_t value = 0;
  for (int shift = 0; shift < 63 && at < bytes.size(); shift += 7) {
    const unsigned char byte = byte_at(bytes, at++);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (!(byte & 0x80)) break;
  }
  return value;
}

std::string_view rar5_sign(Bytes bytes) {
  constexpr uint64_t kMain = 1, kEncryption = 4, kHasExtra = 1, kHasData = 2, kVolume = 1;
  size_t at = 8 + 4;   // signature, checksum
  variable_number(bytes, at);
  const uint64_t type = variable_number(bytes, at), flags = variable_number(bytes, at);
  if (type == kEncryption) return "encrypted";
  if (type != kMain) return {};
  if (flags & kHasExtra) variable_number(bytes, at);
  if (flags & kHasData) variable_number(bytes, at);
  return variable_number(bytes, at) & kVolume ? "split-archive"sv : ""sv;
}

std::string_view rar4_sign(Bytes bytes) {
  constexpr unsigned kMain = 0x73, kVolume = 1, kEncryptedHeaders = 0x80;
  constexpr size_t kMarker = 7;
  if (byte_at(bytes, kMarker + 2) != kMain) return {};
  const unsigned flags = u16(bytes, kMarker + 3);
  return flags & kEncryptedHeaders ? "encrypted"sv : flags & kVolume ? "split-archive"sv : ""sv;
}

// The start header says where the directory is; a first volume ends before it. So does a download that broke off, and only
// the name tells which it is.
std::string_view seven_zip_sign(Bytes bytes, std::string_view name) {
  constexpr size_t kStart = 32;
  const uint64_t offset = u64(bytes, 12), size = u64(bytes, 20), room = bytes.size() - std::min(bytes.size(), kStart);
  const bool whole = offset <= room && size <= room - offset;
  return !whole && name.find(".001") != name.npos ? "split-archive"sv : ""sv;
}

std::string_view cab_sign(Bytes bytes) {
  constexpr unsigned kHasPrevious = 1, kHasNext = 2;
  return u16(bytes, 30) & (kHasPrevious | kHasNext) ? "split-archive"sv : ""sv;
}

}  // namespace

std::string_view archive_sign(Bytes bytes, const Type& type, std::string_view name) {
  if (bytes.starts_with("Rar!\x1a\x07\x01\0"sv)) return rar5_sign(bytes);
  if (bytes.starts_with("Rar!\x1a\x07\0"sv)) return rar4_sign(bytes);
  if (type.id == "7z") return seven_zip_sign(bytes, name);
  if (bytes.starts_with("MSCF")) return cab_sign(bytes);
  return {};
}

}  // namespace mugai::sanitize
