#include "sanitizers/detect/zip_directory.h"

#include <algorithm>

namespace mugai::sanitize {
namespace {

using namespace std::string_view_literals;

constexpr size_t kMaxNames = 4'096;
constexpr size_t kEndSize = 22, kMaxComment = 65'535, kCentralSize = 46, kLocalSize = 30;

uint16_t u16(Bytes bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) | byte_at(bytes, at + 1) << 8);
}
size_t u32(Bytes bytes, size_t at) {
  return u16(bytes, at) | static_cast<size_t>(u16(bytes, at + 2)) << 16;
}

// Offsets count from where the ZIP begins, which is not where the file begins when something stands before
// it. Zip64 end records leave 0xffffffff here; then the directory is looked for right before the end record.
size_t central_directory(Bytes bytes, size_t end) {
  const size_t size = u32(bytes, end + 12), offset = u32(bytes, end + 16);
  if (size <= end && slice(bytes, end - size, 4) == "PK\1\2"sv) return end - size;
  if (offset < end && slice(bytes, offset, 4) == "PK\1\2"sv) return offset;
  return bytes.rfind("PK\1\2"sv, end);
}

}  // namespace

bool ZipDirectory::has(std::string_view name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}
bool ZipDirectory::has_below(std::string_view prefix) const {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return name.compare(0, prefix.size(), prefix) == 0; });
}

ZipDirectory read_zip_directory(Bytes bytes) {
  ZipDirectory directory;
  if (bytes.size() < kEndSize) return directory;
  const size_t tail = bytes.size() - std::min(bytes.size(), kEndSize + kMaxComment);
  const size_t end = bytes.substr(tail).rfind("PK\5\6"sv);
  if (end == Bytes::npos) return directory;
  size_t at = central_directory(bytes, tail + end);
  if (at == Bytes::npos) {
    directory.found = u16(bytes, tail + end + 10) == 0;  // an empty archive has no directory
    return directory;
  }
  directory.found = true;
  while (directory.names.size() < kMaxNames && slice(bytes, at, 4) == "PK\1\2"sv) {
    const Bytes name = slice(bytes, at + kCentralSize, u16(bytes, at + 28));
    directory.encrypted |= (u16(bytes, at + 8) & 1) != 0;
    directory.names.emplace_back(name);
    at += kCentralSize + u16(bytes, at + 28) + u16(bytes, at + 30) + u16(bytes, at + 32);
  }
  if (slice(bytes, 0, 4) == "PK\3\4"sv && u16(bytes, 8) == 0 &&
      slice(bytes, kLocalSize, u16(bytes, 26)) == "mimetype")
    directory.mimetype =
        slice(bytes, kLocalSize + u16(bytes, 26) + u16(bytes, 28), std::min<size_t>(u32(bytes, 18), 100));
  return directory;
}

}  // namespace mugai::sanitize
