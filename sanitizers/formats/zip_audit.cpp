#include "sanitizers/formats/zip_audit.h"

#include <algorithm>

#include "sanitizers/formats/deflate.h"
#include "sanitizers/formats/zip_end.h"
#include "sanitizers/formats/zip_fields.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

using namespace zip;

constexpr uint32_t kModeMask = 0170000, kModeLink = 0120000, kModeFolder = 0040000, kModeFile = 0100000;
constexpr uint32_t kDosFolder = 0x10;
constexpr uint16_t kEncryption = kFlagEncrypted | kFlagStrong | kFlagMasked;

void trouble(ZipEntry& entry, std::string_view reason) {
  if (entry.trouble.empty()) entry.trouble = reason;
}

// The fields of an extra block, one after the other; false when they do not fill it, which honest writers with
// alignment padding (zeros) may do.
template <class Visit>
bool each_extra(Bytes extra, Visit visit) {
  while (extra.size() >= 4) {
    const size_t size = u16(extra, 2);
    if (size > extra.size() - 4) return false;
    visit(u16(extra, 0), extra.substr(4, size));
    extra.remove_prefix(4 + size);
  }
  return true;
}

// Replaces each size that is marked as too large by the next one of the ZIP64 field; false when that has too few.
bool take64(Bytes extra64, std::initializer_list<uint64_t*> values) {
  for (uint64_t* value : values) {
    if (*value != kIn64) continue;
    if (extra64.size() < 8) return false;
    *value = u64(extra64, 0);
    extra64.remove_prefix(8);
  }
  return true;
}

struct Extras {
  Bytes zip64, unicode_path, aes;
  bool twice = false, well_formed = true;
};

Extras extras_of(Bytes extra) {
  Extras extras;
  extras.well_formed = each_extra(extra, [&](uint16_t id, Bytes body) {
    Bytes* const place = id == kExtra64            ? &extras.zip64
                         : id == kExtraUnicodePath ? &extras.unicode_path
                         : id == kExtraAes         ? &extras.aes
                                                   : nullptr;
    if (!place) return;
    extras.twice |= !place->empty();
    *place = body;
  });
  return extras;
}

ZipEntry::Kind kind_of(Bytes name, uint32_t external) {
  const uint32_t mode = external >> 16 & kModeMask;
  if (mode == kModeLink) return ZipEntry::Kind::link;
  if (mode != 0 && mode != kModeFolder && mode != kModeFile) return ZipEntry::Kind::special;
  return name.ends_with('/') || mode == kModeFolder || (external & kDosFolder) ? ZipEntry::Kind::folder
                                                                               : ZipEntry::Kind::file;
}

class Auditor {
 public:
  Auditor(Bytes bytes, ZipAudit& audit) : bytes_(bytes), audit_(audit) {}

  void run(uint32_t max_entries) {
    end_ = find_zip_end(bytes_);
    audit_.trouble = end_.trouble;
    if (end_.members > max_entries) audit_.trouble = "too-many-members";
    if (!audit_.trouble.empty() || !read_directory()) return;
    for (ZipEntry& entry : audit_.entries) check_local(entry);
    check_layout();
    count("archive-comment", end_.comment > 0 ? 1 : 0);
    count("trailing-data", end_.trailing > 0 ? 1 : 0);
    count("member-comment", comments_);
  }

 private:
  void count(std::string_view removed, uint64_t count) {
    if (count > 0) audit_.removed.push_back({std::string(removed), count});
  }

  bool read_directory() {
    uint64_t at = end_.directory;
    audit_.entries.reserve(end_.members);
    for (uint64_t i = 0; i < end_.members; ++i) {
      if (slice(bytes_, at, 4) != kCentral || at + kCentralSize > end_.end) return give_up("damaged-archive");
      const uint64_t size = kCentralSize + u16(bytes_, at + 28) + u16(bytes_, at + 30) + u16(bytes_, at + 32);
      if (size > end_.end - at) return give_up("damaged-archive");
      if (!read_entry(bytes_.substr(at, size))) return false;
      at += size;
    }
    return at == end_.end || give_up("ambiguous-archive");
  }

  bool give_up(std::string_view reason) {
    audit_.trouble = reason;
    return false;
  }

  bool read_entry(Bytes record) {
    const size_t name_size = u16(record, 28), extra_size = u16(record, 30);
    ZipEntry entry;
    entry.flags = u16(record, 8);
    entry.method = u16(record, 10);
    entry.time = ZipTime::from_fields(u16(record, 14), u16(record, 12));
    entry.crc = u32(record, 16);
    entry.packed_size = u32(record, 20);
    entry.size = u32(record, 24);
    entry.header_offset = u32(record, 42);
    entry.raw_name = slice(record, kCentralSize, name_size);
    entry.utf8 = entry.flags & kFlagUtf8;
    entry.encrypted = entry.flags & kEncryption;
    entry.kind = kind_of(entry.raw_name, u32(record, 38));
    const Extras extras = extras_of(slice(record, kCentralSize + name_size, extra_size));
    if (extras.twice) trouble(entry, "conflicting-entry");
    if (!take64(extras.zip64, {&entry.size, &entry.packed_size, &entry.header_offset})) return give_up("damaged-archive");
    entry.aes_extra = extras.aes;
    check_unicode_path(entry, extras.unicode_path);
    check_content(entry);
    if (u16(record, 34) != 0 && u16(record, 34) != 0xffff) return give_up("split-archive");
    if (u16(record, 32) > 0) ++comments_;
    // From here on an offset is one in the file.
    if (entry.header_offset > end_.directory - std::min(end_.base, end_.directory)) return give_up("damaged-archive");
    entry.header_offset += end_.base;
    audit_.entries.push_back(std::move(entry));
    return true;
  }

  // Info-ZIP's Unicode path counts only when it belongs to the name beside it (APPNOTE 4.6.9).
  static bool belongs_to(Bytes field, Bytes raw_name) {
    return field.size() >= 6 && byte_at(field, 0) == 1 && u32(field, 1) == crc32_of(raw_name);
  }
  static void check_unicode_path(ZipEntry& entry, Bytes field) {
    if (!belongs_to(field, entry.raw_name)) return;
    entry.unicode_name = field.substr(5);
    if (!is_valid_utf8(entry.unicode_name)) return trouble(entry, "conflicting-entry");
    if (entry.utf8 && entry.unicode_name != entry.raw_name) trouble(entry, "conflicting-entry");
  }

  // What a member says about itself must be possible.
  static void check_content(ZipEntry& entry) {
    const uint64_t key = entry.flags & kFlagEncrypted ? 12 : 0;
    if (entry.method == kStored && !(entry.flags & kFlagStrong) && entry.packed_size != entry.size + key)
      trouble(entry, "conflicting-entry");
    if ((entry.method == kAes) != (entry.aes_extra.size() == 7) || (entry.method == kAes && !entry.encrypted))
      trouble(entry, "conflicting-entry");
    if (entry.kind == ZipEntry::Kind::folder && entry.size != 0) trouble(entry, "conflicting-entry");
    if (entry.raw_name.empty() || entry.raw_name.find('\0') != Bytes::npos) trouble(entry, "conflicting-entry");
  }

  void check_local(ZipEntry& entry) {
    const uint64_t at = entry.header_offset;
    entry.data_offset = at;
    if (slice(bytes_, at, 4) != kLocal || at + kLocalSize > end_.directory) return trouble(entry, "damaged-member");
    const size_t name_size = u16(bytes_, at + 26), extra_size = u16(bytes_, at + 28);
    const uint64_t data = at + kLocalSize + name_size + extra_size;
    if (data > end_.directory || entry.packed_size > end_.directory - data) return trouble(entry, "damaged-member");
    entry.data_offset = data;

    const uint16_t flags = u16(bytes_, at + 6);
    const bool same_charset = ((flags ^ entry.flags) & kFlagUtf8) == 0 || is_plain_ascii(entry.raw_name);
    if (((flags ^ entry.flags) & kEncryption) != 0 || !same_charset ||
        u16(bytes_, at + 8) != entry.method || slice(bytes_, at + kLocalSize, name_size) != entry.raw_name)
      return trouble(entry, "conflicting-entry");

    const Extras extras = extras_of(slice(bytes_, at + kLocalSize + name_size, extra_size));
    uint64_t size = u32(bytes_, at + 22), packed = u32(bytes_, at + 18);
    const uint32_t crc = u32(bytes_, at + 14);
    const bool later = flags & kFlagDescriptor;
    const bool same_path = extras.unicode_path.empty() || slice(extras.unicode_path, 5) == entry.unicode_name ||
                           !belongs_to(extras.unicode_path, entry.raw_name);
    if (extras.twice || !take64(extras.zip64, {&size, &packed}) || extras.aes != entry.aes_extra || !same_path)
      return trouble(entry, "conflicting-entry");
    // With a descriptor behind the data the local numbers may be missing, but not different.
    const auto same = [&](uint64_t local, uint64_t central) { return local == central || (later && local == 0); };
    if (!same(crc, entry.crc) || !same(packed, entry.packed_size) || !same(size, entry.size))
      trouble(entry, "conflicting-entry");
  }

  // The descriptor's size, 0 when there is none that says the same as the directory. Its signature is optional, its sizes
  // have four bytes or eight, and writers disagree about when.
  uint64_t descriptor_at(uint64_t at, const ZipEntry& entry) const {
    const uint64_t mark = slice(bytes_, at, 4) == kDescriptor ? 4 : 0;
    for (const uint64_t skip : {mark, uint64_t{0}}) {
      const uint64_t from = at + skip;
      if (u32(bytes_, from) != entry.crc) continue;
      if (u64(bytes_, from + 4) == entry.packed_size && u64(bytes_, from + 12) == entry.size) return skip + 20;
      if (u32(bytes_, from + 4) == entry.packed_size && u32(bytes_, from + 8) == entry.size) return skip + 12;
    }
    return 0;
  }

  // No byte belongs to two members, and none that belongs to nobody may look like a member.
  void check_layout() {
    std::vector<ZipEntry*> order;
    for (ZipEntry& entry : audit_.entries) order.push_back(&entry);
    std::sort(order.begin(), order.end(),
              [](const ZipEntry* a, const ZipEntry* b) { return a->header_offset < b->header_offset; });
    uint64_t at = 0, unlisted = 0;
    for (size_t i = 0; i <= order.size() && audit_.trouble.empty(); ++i) {
      const uint64_t start = i < order.size() ? order[i]->header_offset : end_.directory;
      if (start < at) return void(give_up("overlapping-members"));
      if (start > at) {
        const Bytes gap = bytes_.substr(at, start - at);
        for (const std::string_view mark : {kLocal, kCentral, kEnd})
          if (gap.find(mark) != Bytes::npos) return void(give_up("hidden-members"));
        if (i == 0) audit_.prepended = gap;
        else ++unlisted;
      }
      at = i < order.size() ? end_of(*order[i]) : start;
    }
    // Archives that were split once begin with a mark.
    if (!audit_.prepended.empty() && audit_.prepended != kDescriptor && audit_.prepended != "PK00")
      count("prepended-data", 1);
    count("unlisted-data", unlisted);
  }

  uint64_t end_of(ZipEntry& entry) {
    if (entry.trouble == "damaged-member") return entry.data_offset;
    const uint64_t data_end = entry.data_offset + entry.packed_size;
    if (!(u16(bytes_, entry.header_offset + 6) & kFlagDescriptor)) return data_end;
    const uint64_t size = descriptor_at(data_end, entry);
    // macOS and others set the bit and write the sizes in front all the same.
    const bool known = u32(bytes_, entry.header_offset + 14) == entry.crc &&
                       (u32(bytes_, entry.header_offset + 18) == entry.packed_size || entry.packed_size >= kIn64);
    if (size == 0 && !known) trouble(entry, "conflicting-entry");
    return data_end + size;
  }

  Bytes bytes_;
  ZipAudit& audit_;
  ZipEnd end_;
  uint64_t comments_ = 0;
};

}  // namespace

ZipAudit audit_zip(Bytes untrusted, uint32_t max_entries) {
  ZipAudit audit;
  Auditor(untrusted, audit).run(max_entries);
  return audit;
}

}  // namespace mugai::sanitize
