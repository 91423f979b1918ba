#include "sanitizers/outlook/msg_reader.h"

#include <algorithm>
#include <map>

#include "sanitizers/little_endian.h"
#include "sanitizers/ole/compound_file.h"
#include "sanitizers/ole/compound_writer.h"

namespace mugai::sanitize::outlook {
namespace {

constexpr std::string_view kValuePrefix = "__substg1.0_", kAttachmentPrefix = "__attach_version1.0_",
                           kRecipientPrefix = "__recip_version1.0_", kFixedValues = "__properties_version1.0",
                           kNames = "__nameid_version1.0";
constexpr size_t kFixedEntry = 16;
constexpr size_t kTopHeader = 32, kEmbeddedHeader = 24, kPartHeader = 8;  // before the fixed values, MS-OXMSG §2.4.1
constexpr size_t kMaxObjects = 1'000;                                     // a mail with more is held whole
constexpr uint32_t kEmbeddedMethod = 5, kOleMethod = 6;

bool is_reference(uint32_t method) {
  return (method >= 2 && method <= 4) || method == 7;
}

bool begins(std::string_view name, std::string_view prefix) {
  return equals_ignoring_case(name.substr(0, prefix.size()), prefix);
}

// "__substg1.0_0037001F": tag and kind. Values of lists have a further number behind it and are not read.
bool parse_value_name(std::string_view name, uint16_t& tag, uint16_t& kind) {
  if (!begins(name, kValuePrefix) || name.size() != kValuePrefix.size() + 8) return false;
  uint32_t number = 0;
  for (const char c : name.substr(kValuePrefix.size())) {
    const char lower = ascii_lower(c);
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (lower < 'a' || lower > 'f')) return false;
    number = number << 4 | static_cast<uint32_t>(digit ? c - '0' : lower - 'a' + 10);
  }
  tag = static_cast<uint16_t>(number >> 16);
  kind = static_cast<uint16_t>(number);
  return true;
}

class MsgReader {
 public:
  MsgReader(CompoundFile& file, Workspace& workspace, ItemFile& out)
      : file_(file), workspace_(workspace), out_(out) {}

  Reading run() {
    if (!read_names()) return Reading::no_space;
    if (!read_item(CompoundFile::kRoot, kTopHeader, 0, {}, out_.item)) return Reading::no_space;
    return damaged_ || out_.item.properties.empty() ? Reading::damaged : Reading::complete;
  }

 private:
  // The stream's bytes, kept in the store. False: temporary failure.
  bool load(CompoundFile::Id stream, Bytes& value, bool& damaged) {
    Blob& blob = out_.store.emplace_back(workspace_);
    const CompoundFile::Read read = file_.read(stream, blob);
    if (read == CompoundFile::Read::sink_failed || !blob.finish()) return false;
    damaged = read == CompoundFile::Read::damaged;
    value = damaged ? Bytes() : blob.bytes();
    return true;
  }

  // Which property ids of this file stand for named properties that we know (MS-OXMSG §2.2.3.1.2).
  bool read_names() {
    const CompoundFile::Id storage = file_.find(CompoundFile::kRoot, kNames);
    if (storage == CompoundFile::kNone || !file_.entry(storage).is_storage) return true;
    const CompoundFile::Id entries = file_.find(storage, "__substg1.0_00030102");
    if (entries == CompoundFile::kNone) return true;
    Bytes table;
    bool damaged = false;
    if (!load(entries, table, damaged)) return false;
    for (size_t at = 0; at + 8 <= table.size(); at += 8) {
      const bool is_string = byte_at(table, at + 4) & 1;
      const uint32_t index = u32(table, at + 4) >> 16;
      if (const uint16_t tag = is_string ? 0 : named_tag(u32(table, at)); tag != 0 && index < 0x8000)
        names_.emplace(static_cast<uint16_t>(0x8000 + index), tag);
    }
    return true;
  }

  void add(PropertyBag& bag, uint16_t tag, uint16_t kind, Bytes value) const {
    if (tag >= 0x8000) {
      const auto named = names_.find(tag);
      if (named == names_.end()) return;
      tag = named->second;
    }
    bag.add(tag, kind, value);
  }

  // All values of a storage but attachment data, which its owner reads.
  bool read_values(CompoundFile::Id storage, size_t header, PropertyBag& bag) {
    for (const CompoundFile::Id id : file_.entry(storage).children) {
      const CompoundFile::Entry& entry = file_.entry(id);
      if (entry.is_storage) continue;
      uint16_t tag = 0, kind = 0;
      const bool fixed = equals_ignoring_case(entry.name, kFixedValues);
      if (!fixed && (!parse_value_name(entry.name, tag, kind) || tag == kAttachData)) continue;
      Bytes value;
      bool damaged = false;
      if (!load(id, value, damaged)) return false;
      damaged_ |= damaged;
      if (!fixed) {
        add(bag, tag, kind, value);
        continue;
      }
      for (size_t at = header; at + kFixedEntry <= value.size(); at += kFixedEntry) {
        const uint32_t name = u32(value, at);
        const auto fixed_kind = static_cast<uint16_t>(name);
        const bool inside = fixed_kind != kString8 && fixed_kind != kUnicode && fixed_kind != kBinary;
        if (inside) add(bag, static_cast<uint16_t>(name >> 16), fixed_kind, value.substr(at + 8, 8));
      }
    }
    return true;
  }

  // Recursion is bounded by kMaxItemDepth.
  bool read_item(CompoundFile::Id storage, size_t header, uint32_t depth, const std::string& outer_charset,
                 Item& item) {
    if (!read_values(storage, header, item.properties)) return false;
    const std::string own = charset_of_item(item.properties);
    const std::string& charset = item.properties.charset = own.empty() ? outer_charset : own;
    for (const CompoundFile::Id id : file_.entry(storage).children) {
      const CompoundFile::Entry& entry = file_.entry(id);
      if (!entry.is_storage) continue;
      if (begins(entry.name, kRecipientPrefix)) {
        PropertyBag& recipient = item.recipients.emplace_back();
        recipient.charset = charset;
        if (!read_values(id, kPartHeader, recipient)) return false;
      } else if (begins(entry.name, kAttachmentPrefix)) {
        Attachment& attachment = item.attachments.emplace_back();
        attachment.properties.charset = charset;
        if (!read_values(id, kPartHeader, attachment.properties) || !read_content(id, depth, charset, attachment))
          return false;
      }
    }
    return true;
  }

  bool read_content(CompoundFile::Id storage, uint32_t depth, const std::string& charset, Attachment& attachment) {
    const uint32_t method = attachment.properties.number(kAttachMethod);
    for (const CompoundFile::Id id : file_.entry(storage).children) {
      uint16_t tag = 0, kind = 0;
      if (!parse_value_name(file_.entry(id).name, tag, kind) || tag != kAttachData) continue;
      if (!file_.entry(id).is_storage) {
        bool damaged = false;
        if (!load(id, attachment.data, damaged)) return false;
        if (damaged) attachment.obstacle = "damaged-attachment";
        return true;
      }
      const bool is_item = file_.find(id, kFixedValues) != CompoundFile::kNone;
      if (method == kOleMethod || (method != kEmbeddedMethod && !is_item)) {
        attachment.obstacle = "embedded-object";
        return ++objects_ > kMaxObjects || copy_object(id, attachment);
      }
      if (depth + 1 >= kMaxItemDepth) {
        attachment.obstacle = "too-deep";
        return true;
      }
      attachment.embedded = std::make_unique<Item>();
      return read_item(id, kEmbeddedHeader, depth + 1, charset, *attachment.embedded);
    }
    attachment.obstacle = is_reference(method) ? "external-body" : "damaged-attachment";
    return true;
  }

  // An object is a storage of the file; to be kept and handed out it becomes a file of its own.
  bool copy_object(CompoundFile::Id object, Attachment& attachment) {
    CompoundWriter writer(file_.entry(object).class_id);
    std::vector<std::pair<CompoundFile::Id, CompoundWriter::Id>> waiting = {{object, CompoundWriter::kRoot}};
    while (!waiting.empty()) {
      const auto [from, to] = waiting.back();
      waiting.pop_back();
      for (const CompoundFile::Id id : file_.entry(from).children) {
        const CompoundFile::Entry& entry = file_.entry(id);
        if (entry.is_storage) {
          waiting.emplace_back(id, writer.add_storage(to, entry.name, entry.class_id));
          continue;
        }
        Bytes content;
        bool damaged = false;
        if (!load(id, content, damaged)) return false;
        writer.add_stream(to, entry.name, content);
      }
    }
    Blob& copy = out_.store.emplace_back(workspace_);
    if (!writer.write(copy) || !copy.finish()) return false;
    attachment.data = copy.bytes();
    return true;
  }

  CompoundFile& file_;
  Workspace& workspace_;
  ItemFile& out_;
  std::map<uint16_t, uint16_t> names_;  // of this file to ours
  size_t objects_ = 0;
  bool damaged_ = false;  // a value that is not an attachment's data
};

}  // namespace

Reading read_msg(Bytes untrusted_file, Workspace& workspace, ItemFile& out) {
  const std::unique_ptr<CompoundFile> file = CompoundFile::open(untrusted_file);
  return file ? MsgReader(*file, workspace, out).run() : Reading::damaged;
}

}  // namespace mugai::sanitize::outlook
