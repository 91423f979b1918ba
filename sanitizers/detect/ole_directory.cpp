#include "sanitizers/detect/ole_directory.h"

#include <algorithm>

#include "sanitizers/little_endian.h"

namespace mugai::sanitize {
namespace {

constexpr std::string_view kMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
constexpr size_t kMaxEntries = 4'096;      // more streams than any office document has
constexpr size_t kMaxFatSectors = 65'536;  // 4 GiB of 512-byte sectors
constexpr uint32_t kLastRegularSector = 0xfffffffa;

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes), sector_size_(byte_at(bytes, 30) == 12 ? 4096 : 512) {
    find_fat();
  }

  OleDirectory directory() {
    OleDirectory directory;
    uint32_t sector = u32(bytes_, 48);
    const size_t per_sector = sector_size_ / 128;
    for (size_t read = 0; read < kMaxEntries && sector < kLastRegularSector; read += per_sector) {
      const Bytes content = sector_at(sector);
      if (content.empty()) break;
      for (size_t i = 0; i < per_sector; ++i) add_entry(directory, slice(content, i * 128, 128));
      sector = next(sector);
    }
    find_own(directory);
    return directory;
  }

 private:
  Bytes sector_at(uint32_t sector) const {
    return slice(bytes_, (static_cast<size_t>(sector) + 1) * sector_size_, sector_size_);
  }

  void find_fat() {
    for (size_t i = 0; i < 109; ++i) add_fat(u32(bytes_, 76 + 4 * i));
    uint32_t sector = u32(bytes_, 68);
    while (sector < kLastRegularSector && fat_.size() < kMaxFatSectors) {
      const Bytes content = sector_at(sector);
      if (content.empty()) return;
      const size_t slots = sector_size_ / 4 - 1, before = fat_.size();
      for (size_t i = 0; i < slots; ++i) add_fat(u32(content, 4 * i));
      if (fat_.size() == before) return;  // a chain of empty sectors may be a loop
      sector = u32(content, 4 * slots);
    }
  }
  void add_fat(uint32_t sector) {
    if (sector < kLastRegularSector && fat_.size() < kMaxFatSectors) fat_.push_back(sector);
  }

  uint32_t next(uint32_t sector) const {
    const size_t slots = sector_size_ / 4, index = sector / slots;
    if (index >= fat_.size()) return kLastRegularSector;
    return u32(sector_at(fat_[index]), sector % slots * 4);
  }

  struct Place {
    std::string name;   // empty: of nothing
    uint32_t left, right, child;
  };

  void add_entry(OleDirectory& directory, Bytes entry) {
    places_.push_back({{}, u32(entry, 68), u32(entry, 72), u32(entry, 76)});
    const size_t length = std::min<size_t>(byte_at(entry, 64) | byte_at(entry, 65) << 8, 64);
    const unsigned char kind = byte_at(entry, 66);
    if (kind == 0 || length < 2) return;
    if (kind == 5) directory.root_class = slice(entry, 80, 16);
    std::string name;
    for (size_t i = 0; i + 3 < length; i += 2)
      name.push_back(byte_at(entry, i + 1) == 0 && byte_at(entry, i) < 0x80 ? entry[i] : '?');
    places_.back().name = name;
    directory.names.push_back(std::move(name));
  }

  // The tree of the root storage, which is the first entry (MS-CFB 2.6.4). What was met once is not met again.
  void find_own(OleDirectory& directory) const {
    if (places_.empty()) return;
    std::vector<bool> met(places_.size());
    std::vector<uint32_t> waiting = {places_[0].child};
    met[0] = true;
    while (!waiting.empty()) {
      const uint32_t id = waiting.back();
      waiting.pop_back();
      if (id >= places_.size() || met[id] || places_[id].name.empty()) continue;
      met[id] = true;
      directory.own_names.push_back(places_[id].name);
      waiting.push_back(places_[id].left);
      waiting.push_back(places_[id].right);
    }
  }

  Bytes bytes_;
  size_t sector_size_;
  std::vector<uint32_t> fat_;
  std::vector<Place> places_;
};

// MS-CFB 2.6.4: names that differ in case only are the same.
bool stands_in(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& one) { return equals_ignoring_case(one, name); });
}

}  // namespace

bool OleDirectory::has(std::string_view name) const {
  return stands_in(names, name);
}
bool OleDirectory::has_itself(std::string_view name) const {
  return stands_in(own_names, name);
}
bool is_ole(Bytes bytes) {
  return bytes.substr(0, kMagic.size()) == kMagic;
}
OleDirectory read_ole_directory(Bytes bytes) {
  return Reader(bytes).directory();
}

}  // namespace mugai::sanitize
