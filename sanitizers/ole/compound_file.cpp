#include "sanitizers/ole/compound_file.h"

#include <algorithm>

#include "sanitizers/little_endian.h"
#include "sanitizers/text/utf16.h"

namespace mugai::sanitize {
namespace {

constexpr std::string_view kMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
constexpr uint32_t kLastRegularSector = 0xfffffffa;
constexpr size_t kEntryBytes = 128;
constexpr size_t kMaxEntries = 200'000;  // a mail to a thousand people has some ten thousand
constexpr size_t kMiniSector = 64;
constexpr uint64_t kMiniCutoff = 4096;  // a stream shorter than this lies in the stream of small streams
constexpr size_t kHeaderDifat = 109;

}  // namespace

std::unique_ptr<CompoundFile> CompoundFile::open(Bytes untrusted_bytes) {
  if (untrusted_bytes.substr(0, kMagic.size()) != kMagic) return nullptr;
  std::unique_ptr<CompoundFile> file(new CompoundFile(untrusted_bytes));
  return file->load() ? std::move(file) : nullptr;
}

bool CompoundFile::load() {
  const uint32_t shift = u16(bytes_, 30);
  if (shift != 9 && shift != 12) return false;
  sector_size_ = size_t{1} << shift;
  if (!load_fat() || !load_directory()) return false;
  // Without the stream of small streams or its table the large streams can still be read.
  std::vector<uint32_t> tables;
  if (!follow(entries_[kRoot].first_sector, mini_sectors_)) mini_sectors_.clear();
  const size_t mini_sectors = mini_sectors_.size() * (sector_size_ / kMiniSector);
  if (follow(u32(bytes_, 60), tables))
    for (const uint32_t number : tables)
      for (size_t i = 0; i < sector_size_ / 4 && mini_fat_.size() < mini_sectors; ++i)
        mini_fat_.push_back(u32(sector(number), 4 * i));
  find_children();
  return true;
}

// The last sector of a file may be cut short by programs that save the padding.
Bytes CompoundFile::sector(uint32_t number) const {
  return slice(bytes_, (static_cast<size_t>(number) + 1) * sector_size_, sector_size_);
}

// The table of sectors is spread over sectors that the header lists, and for large files a chain of further lists.
bool CompoundFile::load_fat() {
  const size_t sectors = bytes_.size() / sector_size_ + 1;
  const size_t slots = sector_size_ / 4;
  const size_t most_tables = sectors / slots + 1;
  std::vector<uint32_t> tables;
  const auto add = [&](uint32_t number) {
    if (number < kLastRegularSector && tables.size() < most_tables) tables.push_back(number);
  };
  for (size_t i = 0; i < kHeaderDifat; ++i) add(u32(bytes_, 76 + 4 * i));
  uint32_t list = u32(bytes_, 68);
  for (size_t lists = 0; list < kLastRegularSector && tables.size() < most_tables; ++lists) {
    const Bytes content = sector(list);
    if (content.empty() || lists > most_tables) return false;
    for (size_t i = 0; i + 1 < slots; ++i) add(u32(content, 4 * i));
    list = u32(content, 4 * (slots - 1));
  }
  for (const uint32_t number : tables) {
    const Bytes content = sector(number);
    if (content.empty()) return false;
    for (size_t i = 0; i < slots && fat_.size() < sectors; ++i) fat_.push_back(u32(content, 4 * i));
  }
  return !fat_.empty();
}

// All sectors of a chain. False when it leaves the file or is longer than the file has sectors, which is a loop.
bool CompoundFile::follow(uint32_t first, std::vector<uint32_t>& sectors) const {
  for (uint32_t number = first; number < kLastRegularSector; number = fat_[number]) {
    if (number >= fat_.size() || sectors.size() >= fat_.size()) return false;
    sectors.push_back(number);
  }
  return true;
}

bool CompoundFile::load_directory() {
  std::vector<uint32_t> sectors;
  if (!follow(u32(bytes_, 48), sectors)) return false;
  for (const uint32_t number : sectors) {
    const Bytes content = sector(number);
    for (size_t at = 0; at + kEntryBytes <= content.size(); at += kEntryBytes) {
      if (entries_.size() >= kMaxEntries) return false;
      add_entry(content.substr(at, kEntryBytes));
    }
  }
  return !entries_.empty() && entries_[kRoot].is_storage;
}

void CompoundFile::add_entry(Bytes raw) {
  Entry& entry = entries_.emplace_back();
  const unsigned char kind = byte_at(raw, 66);
  if (kind != 1 && kind != 2 && kind != 5) return;  // unused: nothing may lead here
  entry.name = utf8_of_utf16le(raw.substr(0, std::min<size_t>(u16(raw, 64), 64)));
  entry.is_storage = kind != 2;
  entry.left = u32(raw, 68);
  entry.right = u32(raw, 72);
  entry.child = u32(raw, 76);
  entry.class_id = std::string(raw.substr(80, 16));
  entry.first_sector = u32(raw, 116);
  entry.size = sector_size_ == 512 ? u32(raw, 120) : u64(raw, 120);
}

// The entries of a storage form a tree, which is walked with a stack of our own. What was met once is not met again.
void CompoundFile::find_children() {
  std::vector<bool> met(entries_.size());
  met[kRoot] = true;
  for (Entry& storage : entries_) {
    if (!storage.is_storage) continue;
    std::vector<std::pair<Id, bool>> waiting = {{storage.child, false}};
    while (!waiting.empty()) {
      const auto [id, left_done] = waiting.back();
      waiting.pop_back();
      if (id >= entries_.size()) continue;
      if (left_done) {
        storage.children.push_back(id);
        waiting.emplace_back(entries_[id].right, false);
      } else if (!met[id] && !entries_[id].name.empty()) {
        met[id] = true;
        waiting.emplace_back(id, true);
        waiting.emplace_back(entries_[id].left, false);
      }
    }
  }
}

CompoundFile::Id CompoundFile::find(Id storage, std::string_view name) const {
  for (const Id id : entries_[storage].children)
    if (equals_ignoring_case(entries_[id].name, name)) return id;
  return kNone;
}

CompoundFile::Read CompoundFile::read(Id stream, Sink& out) {
  const Entry& entry = entries_[stream];
  if (entry.is_storage || entry.size > left_to_read_) return Read::damaged;
  left_to_read_ -= entry.size;
  const bool mini = entry.size < kMiniCutoff;
  const std::vector<uint32_t>& table = mini ? mini_fat_ : fat_;
  const size_t unit = mini ? kMiniSector : sector_size_, per_sector = sector_size_ / kMiniSector;
  uint32_t number = entry.first_sector;
  for (uint64_t left = entry.size; left > 0;) {
    if (number >= table.size()) return Read::damaged;
    Bytes content;
    if (!mini)
      content = sector(number);
    else if (number / per_sector < mini_sectors_.size())
      content = slice(sector(mini_sectors_[number / per_sector]), number % per_sector * kMiniSector, kMiniSector);
    content = content.substr(0, std::min<uint64_t>(left, unit));
    if (content.size() < std::min<uint64_t>(left, unit)) return Read::damaged;
    if (!out.write(content)) return Read::sink_failed;
    left -= content.size();
    number = table[number];
  }
  return Read::complete;
}

std::string CompoundFile::beginning(std::string_view name, size_t most) {
  class Prefix : public Sink {
   public:
    explicit Prefix(size_t most) : most_(most) {}
    bool write(Bytes bytes) override {
      text.append(bytes.substr(0, most_ - text.size()));
      return text.size() < most_;
    }
    std::string text;

   private:
    size_t most_;
  } prefix(most);
  const Id stream = find(kRoot, name);
  if (stream != kNone) static_cast<void>(read(stream, prefix));
  return std::move(prefix.text);
}

}  // namespace mugai::sanitize
