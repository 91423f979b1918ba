#include "tests/support/compound_writer.h"

namespace mugai::test {
namespace {

constexpr size_t kSector = 512, kMini = 64, kCutoff = 4096;
constexpr uint32_t kEnd = 0xfffffffe, kFree = 0xffffffff, kFatSector = 0xfffffffd;

std::string padded(std::string bytes, size_t unit, char fill = '\0') {
  bytes.resize((bytes.size() + unit - 1) / unit * unit, fill);
  return bytes;
}

// Appends `content` as a chain of units to `area` and `table`; the first unit's number.
uint32_t append_chain(const std::string& content, size_t unit, std::string& area, std::vector<uint32_t>& table) {
  if (content.empty()) return kEnd;
  const uint32_t first = static_cast<uint32_t>(table.size());
  const size_t count = (content.size() + unit - 1) / unit;
  for (size_t i = 0; i < count; ++i) table.push_back(i + 1 < count ? static_cast<uint32_t>(table.size() + 1) : kEnd);
  area += padded(content, unit);
  return first;
}

std::string table_bytes(const std::vector<uint32_t>& table) {
  std::string out;
  for (const uint32_t one : table) out += le32(one);
  return padded(out, kSector, '\xff');
}

}  // namespace

std::string utf16(std::u16string_view text) {
  std::string out;
  for (const char16_t c : text) out += le16(c);
  return out;
}
std::string le16(uint32_t value) {
  return {static_cast<char>(value), static_cast<char>(value >> 8)};
}
std::string le32(uint32_t value) {
  return le16(value) + le16(value >> 16);
}
std::string le64(uint64_t value) {
  return le32(static_cast<uint32_t>(value)) + le32(static_cast<uint32_t>(value >> 32));
}

std::string CompoundWriter::bytes() const {
  std::vector<Node> nodes(1);
  nodes[0].name = "Root Entry";
  for (const auto& [path, content] : streams_) {
    size_t at = 0;
    for (size_t begin = 0; begin <= path.size();) {
      const size_t end = std::min(path.find('/', begin), path.size());
      const std::string name = path.substr(begin, end - begin);
      if (!nodes[at].children.count(name)) {
        nodes[at].children[name] = nodes.size();
        nodes.push_back({name, true, {}, {}});
      }
      at = nodes[at].children[name];
      begin = end + 1;
    }
    nodes[at].storage = false;
    nodes[at].content = content;
  }

  std::string area, mini_area;
  std::vector<uint32_t> fat, mini_fat, first(nodes.size(), 0), right(nodes.size(), kFree), child(nodes.size(), kFree);
  for (size_t i = 1; i < nodes.size(); ++i)
    if (!nodes[i].storage)
      first[i] = nodes[i].content.size() < kCutoff ? append_chain(nodes[i].content, kMini, mini_area, mini_fat)
                                                   : append_chain(nodes[i].content, kSector, area, fat);
  first[0] = append_chain(mini_area, kSector, area, fat);
  for (size_t i = 0; i < nodes.size(); ++i) {
    size_t previous = 0;
    for (const auto& [name, number] : nodes[i].children) {
      (previous == 0 ? child[i] : right[previous]) = static_cast<uint32_t>(number);
      previous = number;
    }
  }
  std::string directory;
  for (size_t i = 0; i < nodes.size(); ++i) {
    std::string name;
    for (const char c : nodes[i].name) name += le16(static_cast<unsigned char>(c));
    const uint32_t length = static_cast<uint32_t>(name.size() + 2);
    name.resize(64);
    directory += name + le16(length) +
                 static_cast<char>(i == 0             ? 5
                                   : nodes[i].storage ? 1
                                                      : 2) +
                 '\1' + le32(kFree) + le32(right[i]) + le32(child[i]) + std::string(36, '\0') + le32(first[i]) +
                 le64(i == 0 ? mini_area.size() : nodes[i].content.size());
  }
  const uint32_t directory_start = append_chain(directory, kSector, area, fat);
  const std::string mini_table = mini_fat.empty() ? std::string() : table_bytes(mini_fat);
  const uint32_t mini_start = append_chain(mini_table, kSector, area, fat);
  std::vector<uint32_t> fat_sectors;
  while (fat_sectors.size() * (kSector / 4) < fat.size()) {
    fat_sectors.push_back(static_cast<uint32_t>(fat.size()));
    fat.push_back(kFatSector);
  }
  std::string header = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + std::string(16, '\0') + le16(0x3e) + le16(3) +
                       le16(0xfffe) + le16(9) + le16(6) + std::string(6, '\0') + le32(0) +
                       le32(static_cast<uint32_t>(fat_sectors.size())) + le32(directory_start) + le32(0) +
                       le32(kCutoff) + le32(mini_start) + le32(static_cast<uint32_t>(mini_table.size() / kSector)) +
                       le32(kEnd) + le32(0);
  for (size_t i = 0; i < 109; ++i) header += le32(i < fat_sectors.size() ? fat_sectors[i] : kFree);
  return header + area + table_bytes(fat);
}

}  // namespace mugai::test
