#include "sanitizers/ole/compound_writer.h"

#include <algorithm>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kSector = 512, kMini = 64, kSlots = kSector / 4, kHeaderDifat = 109, kMaxName = 31;
constexpr uint64_t kMiniCutoff = 4096;
constexpr uint64_t kMaxFile = 0x7ff00000;  // version 3 has 31 bits for sizes
constexpr uint32_t kEnd = 0xfffffffe, kFree = 0xffffffff, kFatSector = 0xfffffffd, kDifatSector = 0xfffffffc;

std::string le(uint64_t value, size_t bytes) {
  std::string out;
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> 8 * i));
  return out;
}

uint64_t units(uint64_t bytes, size_t unit) {
  return (bytes + unit - 1) / unit;
}

std::u16string utf16_of(std::string_view utf8) {
  std::u16string out;
  for (size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    const size_t length = c < 0x10000 ? 1 : 2;
    if (out.size() + length > kMaxName) break;
    if (length == 1) {
      out.push_back(static_cast<char16_t>(c));
    } else {
      out.push_back(static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF)));
    }
  }
  return out;
}

// The order in which readers search (MS-CFB §2.6.4): by length, then by upper-case units.
bool comes_before(const std::u16string& a, const std::u16string& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  const auto upper = [](char16_t c) { return c >= u'a' && c <= u'z' ? static_cast<char16_t>(c - 32) : c; };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char16_t x, char16_t y) { return upper(x) < upper(y); });
}

// A table of sectors in the making: chains of neighbours.
class Table {
 public:
  uint32_t add_chain(uint64_t sectors) {
    if (sectors == 0) return kEnd;
    const auto first = static_cast<uint32_t>(next_.size());
    for (uint64_t i = 0; i < sectors; ++i)
      next_.push_back(i + 1 < sectors ? static_cast<uint32_t>(next_.size() + 1) : kEnd);
    return first;
  }
  void mark(uint64_t sectors, uint32_t as) { next_.insert(next_.end(), sectors, as); }
  uint64_t size() const { return next_.size(); }
  std::string bytes() const {
    std::string out;
    out.reserve(units(next_.size(), kSlots) * kSector);
    for (const uint32_t one : next_) out += le(one, 4);
    out.resize(units(out.size(), kSector) * kSector, '\xff');
    return out;
  }

 private:
  std::vector<uint32_t> next_;
};

[[nodiscard]] bool write_padded(Bytes content, size_t unit, Sink& out) {
  return out.write(content) && out.write(std::string(units(content.size(), unit) * unit - content.size(), '\0'));
}

}  // namespace

CompoundWriter::CompoundWriter(std::string_view class_id) {
  nodes_.emplace_back();
  nodes_[kRoot].name = u"Root Entry";
  nodes_[kRoot].class_id = class_id;
}

CompoundWriter::Id CompoundWriter::add_storage(Id parent, std::string_view name, std::string_view class_id) {
  const auto id = static_cast<Id>(nodes_.size());
  Node& node = nodes_.emplace_back();
  node.name = utf16_of(name);
  node.class_id = class_id;
  nodes_[parent].children.push_back(id);
  return id;
}

void CompoundWriter::add_stream(Id parent, std::string_view name, Bytes content) {
  const Id id = add_storage(parent, name);
  nodes_[id].is_storage = false;
  nodes_[id].content = content;
}

// A list is a legal if lopsided search tree.
void CompoundWriter::link_children() {
  for (Node& node : nodes_) {
    std::sort(node.children.begin(), node.children.end(),
              [&](Id a, Id b) { return comes_before(nodes_[a].name, nodes_[b].name); });
    for (size_t i = 0; i < node.children.size(); ++i)
      (i == 0 ? node.child : nodes_[node.children[i - 1]].right) = node.children[i];
  }
}

std::string CompoundWriter::directory(uint32_t mini_start, uint64_t mini_bytes) const {
  std::string out;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    std::string name;
    for (const char16_t c : node.name) name += le(c, 2);
    const size_t length = name.size() + 2;
    name.resize(kMini);
    std::string class_id = node.class_id;
    class_id.resize(16);
    constexpr char kRootKind = 5, kStorageKind = 1, kStreamKind = 2, kBlack = 1;
    out += name + le(length, 2) +
           (i == kRoot        ? kRootKind
            : node.is_storage ? kStorageKind
                              : kStreamKind) +
           kBlack + le(kFree, 4) + le(node.right, 4) + le(node.child, 4) + class_id + std::string(20, '\0') +
           le(i == kRoot ? mini_start : node.first_sector, 4) + le(i == kRoot ? mini_bytes : node.content.size(), 8);
  }
  // Entries that fill the last sector are free.
  constexpr size_t kEntry = 128;
  const std::string unused = std::string(68, '\0') + std::string(12, '\xff') + std::string(48, '\0');
  while (out.size() % kSector != 0) out += unused.substr(0, kEntry);
  return out;
}

bool CompoundWriter::write(Sink& out) {
  link_children();
  const auto is_mini = [](const Node& node) { return !node.is_storage && node.content.size() < kMiniCutoff; };
  const auto is_large = [](const Node& node) { return !node.is_storage && node.content.size() >= kMiniCutoff; };
  Table fat, mini;
  uint64_t total = 0;
  for (Node& node : nodes_) {
    total += node.content.size();
    if (total > kMaxFile) return false;
    if (is_large(node)) node.first_sector = fat.add_chain(units(node.content.size(), kSector));
    if (is_mini(node)) node.first_sector = mini.add_chain(units(node.content.size(), kMini));
  }
  const uint64_t mini_bytes = mini.size() * kMini;
  const uint32_t mini_start = fat.add_chain(units(mini_bytes, kSector));
  const std::string entries = directory(mini_start, mini_bytes), mini_table = mini.bytes();
  const uint32_t directory_start = fat.add_chain(entries.size() / kSector);
  const uint32_t mini_table_start = fat.add_chain(mini_table.size() / kSector);
  // The table of sectors holds itself, and the list of its own sectors that the header has no room for.
  uint64_t fat_sectors = 0, lists = 0;
  for (uint64_t before = 1; before != fat_sectors + lists;) {
    before = fat_sectors + lists;
    fat_sectors = units(fat.size() + fat_sectors + lists, kSlots);
    lists = fat_sectors > kHeaderDifat ? units(fat_sectors - kHeaderDifat, kSlots - 1) : 0;
  }
  const uint64_t fat_start = fat.size(), lists_start = fat_start + fat_sectors;
  fat.mark(fat_sectors, kFatSector);
  fat.mark(lists, kDifatSector);
  const auto fat_sector = [&](uint64_t i) { return le(i < fat_sectors ? fat_start + i : kFree, 4); };

  std::string header = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + std::string(16, '\0') + le(0x3e, 2) + le(3, 2) +
                       le(0xfffe, 2) + le(9, 2) + le(6, 2) + std::string(10, '\0') + le(fat_sectors, 4) +
                       le(directory_start, 4) + le(0, 4) + le(kMiniCutoff, 4) + le(mini_table_start, 4) +
                       le(mini_table.size() / kSector, 4) + le(lists > 0 ? lists_start : kEnd, 4) + le(lists, 4);
  for (uint64_t i = 0; i < kHeaderDifat; ++i) header += fat_sector(i);
  if (!out.write(header)) return false;
  for (const Node& node : nodes_)
    if (is_large(node) && !write_padded(node.content, kSector, out)) return false;
  for (const Node& node : nodes_)
    if (is_mini(node) && !write_padded(node.content, kMini, out)) return false;
  if (!out.write(std::string(units(mini_bytes, kSector) * kSector - mini_bytes, '\0')) || !out.write(entries) ||
      !out.write(mini_table) || !out.write(fat.bytes()))
    return false;
  for (uint64_t list = 0; list < lists; ++list) {
    std::string content;
    for (uint64_t i = 0; i + 1 < kSlots; ++i) content += fat_sector(kHeaderDifat + list * (kSlots - 1) + i);
    content += le(list + 1 < lists ? lists_start + list + 1 : kEnd, 4);
    if (!out.write(content)) return false;
  }
  return true;
}

}  // namespace mugai::sanitize
