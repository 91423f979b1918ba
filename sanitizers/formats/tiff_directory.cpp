#include "sanitizers/formats/tiff_directory.h"

#include <algorithm>

namespace mugai::sanitize {

namespace {

constexpr size_t kMostEntries = 4'096;

size_t size_of_type(uint16_t type) {
  static constexpr size_t kSizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
  return type < std::size(kSizes) ? kSizes[type] : 0;
}

}  // namespace

const TiffEntry* TiffReader::Directory::find(uint16_t tag) const {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const TiffEntry& entry) { return entry.tag == tag; });
  return found == entries.end() ? nullptr : &*found;
}

uint16_t TiffReader::u16(size_t at) const {
  const unsigned first = byte_at(bytes_, at), second = byte_at(bytes_, at + 1);
  return static_cast<uint16_t>(little_ ? second << 8 | first : first << 8 | second);
}

uint32_t TiffReader::u32(size_t at) const {
  const uint32_t first = u16(at), second = u16(at + 2);
  return little_ ? second << 16 | first : first << 16 | second;
}

std::optional<TiffReader::Directory> TiffReader::directory(uint32_t offset) const {
  const size_t count = u16(offset);
  if (offset < 8 || size_t{offset} + 2 > bytes_.size() || count == 0 || count > kMostEntries)
    return std::nullopt;
  Directory directory;
  for (size_t i = 0; i < count; ++i) {
    const size_t at = size_t{offset} + 2 + 12 * i;
    if (at + 12 > bytes_.size()) break;
    TiffEntry entry{u16(at), u16(at + 2), u32(at + 4), at + 8};
    if (size_of_type(entry.type) * entry.count > 4) entry.at = u32(at + 8);
    directory.entries.push_back(entry);
  }
  directory.next = u32(size_t{offset} + 2 + 12 * count);
  return directory;
}

uint32_t TiffReader::value_at(const TiffEntry& entry, uint32_t index) const {
  if (index >= entry.count) return 0;
  const size_t at = entry.at + size_of_type(entry.type) * index;
  switch (entry.type) {
    case 1:
      return byte_at(bytes_, at);
    case 3:
      return u16(at);
    case 4:
      return u32(at);
    default:
      return 0;
  }
}

uint32_t TiffReader::value(const Directory& directory, uint16_t tag, uint32_t missing) const {
  const TiffEntry* entry = directory.find(tag);
  return entry ? value_at(*entry, 0) : missing;
}

double TiffReader::rational(const Directory& directory, uint16_t tag) const {
  const TiffEntry* entry = directory.find(tag);
  if (!entry || entry->type != 5) return 0;
  const uint32_t denominator = u32(entry->at + 4);
  return denominator == 0 ? 0 : static_cast<double>(u32(entry->at)) / denominator;
}

}  // namespace mugai::sanitize
