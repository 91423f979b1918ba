#include "sanitizers/outlook/tnef_reader.h"

#include <optional>

namespace mugai::sanitize::outlook {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kSignature = "\x78\x9f\x3e\x22";
constexpr size_t kSignatureAndKey = 6, kChecksum = 2, kInterfaceId = 16;
constexpr size_t kSmallestAttribute = 11;
constexpr size_t kMaxAttachments = 10'000, kMaxRecipients = 10'000;
constexpr std::string_view kMessageInterface = "\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"sv;

// The lower half of an attribute's id; the upper one only says its type again (MS-OXTNEF §2.1.3.2).
enum Attribute : uint16_t {
  kAttSubject = 0x8004,
  kAttMessageClass = 0x8008,
  kAttBody = 0x800C,
  kAttAttachData = 0x800F,
  kAttAttachTitle = 0x8010,
  kAttAttachStart = 0x9002,
  kAttMessageProperties = 0x9003,
  kAttRecipients = 0x9004,
  kAttAttachProperties = 0x9005,
  kAttCodePage = 0x9007,
};
enum Level : unsigned { kMessageLevel = 1, kAttachmentLevel = 2 };

// Takes bytes from the front; once something was not there, everything is empty.
class Cursor {
 public:
  explicit Cursor(Bytes bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  // Some programs leave a line end or zeros behind the last attribute.
  bool at_end() const {
    return rest_.size() < kSmallestAttribute && rest_.find_first_not_of("\r\n\0"sv) == Bytes::npos;
  }

  Bytes take(size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const Bytes taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  uint32_t number(size_t bytes) {
    const Bytes raw = take(bytes);
    uint32_t value = 0;
    for (size_t i = raw.size(); i-- > 0;) value = value << 8 | byte_at(raw, i);
    return value;
  }
  // Values fill whole groups of four bytes; the last group of a file is sometimes cut.
  Bytes take_padded(size_t count) {
    const Bytes taken = take(count);
    const size_t padding = (4 - count % 4) % 4;
    rest_.remove_prefix(std::min(padding, rest_.size()));
    return taken;
  }

 private:
  Bytes rest_;
  bool ok_ = true;
};

// The size of a kind's values; 0: each says its own size. Nothing: no such kind.
std::optional<size_t> size_of_kind(uint16_t kind) {
  switch (kind) {
    case 0x0001:
      return 4;  // null
    case kInt16:
      return 2;
    case kInt32:
    case 0x0004:
    case 0x000A:
      return 4;  // float, error
    case kBoolean:
      return 2;
    case 0x0005:
    case 0x0006:
    case 0x0007:
    case kInt64:
    case kTime:
      return 8;  // double, currency, application time
    case 0x0048:
      return 16;  // GUID
    case kObject:
    case kString8:
    case kUnicode:
    case kBinary:
      return 0;
    default:
      return std::nullopt;
  }
}

// One property list (MS-OXTNEF §2.1.3.4). Of lists of values the first is taken.
bool read_properties(Cursor& cursor, PropertyBag& bag) {
  const uint32_t count = cursor.number(4);
  for (uint32_t i = 0; i < count && cursor.ok(); ++i) {
    const auto kind = static_cast<uint16_t>(cursor.number(2));
    auto tag = static_cast<uint16_t>(cursor.number(2));
    if (tag >= 0x8000) {
      cursor.take(16);
      const bool by_number = cursor.number(4) == 0;
      const uint32_t name = cursor.number(4);
      if (!by_number) cursor.take_padded(name);
      tag = by_number ? named_tag(name) : 0;
    }
    const auto plain = static_cast<uint16_t>(kind & ~kMultiple);
    const std::optional<size_t> size = size_of_kind(plain);
    if (!size) return false;
    const uint32_t values = (kind & kMultiple) || *size == 0 ? cursor.number(4) : 1;
    for (uint32_t value = 0; value < values && cursor.ok(); ++value) {
      const Bytes bytes = cursor.take_padded(*size != 0 ? *size : cursor.number(4));
      if (value == 0 && tag != 0 && cursor.ok()) bag.add(tag, plain, bytes);
    }
  }
  return cursor.ok();
}

class TnefReader {
 public:
  explicit TnefReader(uint32_t depth) : depth_(depth) {}

  bool read(Bytes file, const std::string& outer_charset, Item& item) {
    item.properties.charset = outer_charset;
    Cursor cursor(file);
    if (cursor.take(kSignatureAndKey).substr(0, kSignature.size()) != kSignature) return false;
    while (!cursor.at_end()) {
      const uint32_t level = cursor.number(1);
      const auto id = static_cast<uint16_t>(cursor.number(2));
      cursor.take(2);
      const Bytes value = cursor.take(cursor.number(4));
      cursor.take(kChecksum);
      const bool good =
          cursor.ok() && (level == kMessageLevel ? message(id, value, item) : attachment(id, value, item));
      if (good) continue;
      if (level != kAttachmentLevel || item.attachments.empty()) return false;
      item.attachments.back().obstacle = "damaged-attachment";
      if (!cursor.ok()) break;
    }
    if (const std::string own = charset_of_item(item.properties); !own.empty() && !code_page_)
      item.properties.charset = own;
    for (PropertyBag& one : item.recipients) one.charset = item.properties.charset;
    for (Attachment& one : item.attachments) finish(one, item.properties.charset);
    return true;
  }

 private:
  bool message(uint16_t id, Bytes value, Item& item) {
    PropertyBag& bag = item.properties;
    switch (id) {
      case kAttCodePage: {
        const std::string charset = charset_of_code_page(Cursor(value).number(4));
        code_page_ = !charset.empty();
        if (code_page_) bag.charset = charset;
        return true;
      }
      case kAttSubject:
        bag.add(kSubject, kString8, value);
        return true;
      case kAttMessageClass:
        bag.add(kMessageClass, kString8, value);
        return true;
      case kAttBody:
        bag.add(kBody, kString8, value);
        return true;
      case kAttMessageProperties: {
        Cursor cursor(value);
        return read_properties(cursor, bag);
      }
      case kAttRecipients: {
        Cursor cursor(value);
        const uint32_t rows = cursor.number(4);
        for (uint32_t i = 0; i < rows && cursor.ok() && item.recipients.size() < kMaxRecipients; ++i)
          if (!read_properties(cursor, item.recipients.emplace_back())) return false;
        return cursor.ok();
      }
      default:
        return true;
    }
  }

  static bool attachment(uint16_t id, Bytes value, Item& item) {
    if (id == kAttAttachStart) {
      if (item.attachments.size() >= kMaxAttachments) return false;
      item.attachments.emplace_back().obstacle = "damaged-attachment";  // until there is something in it
      return true;
    }
    if (item.attachments.empty()) return false;
    Attachment& last = item.attachments.back();
    switch (id) {
      case kAttAttachTitle:
        last.properties.add(kAttachName, kString8, value);
        return true;
      case kAttAttachData:
        last.data = value;
        last.obstacle.clear();
        return true;
      case kAttAttachProperties: {
        Cursor cursor(value);
        return read_properties(cursor, last.properties);
      }
      default:
        return true;
    }
  }

  // What the properties hold in place of data: a message, an object, bytes, or nothing.
  void finish(Attachment& one, const std::string& charset) const {
    one.properties.charset = charset;
    if (one.properties.has(kAttachData, kBinary) && !one.obstacle.empty()) {
      one.data = one.properties.binary(kAttachData);
      one.obstacle.clear();
    }
    const Bytes object = one.properties.object(kAttachData);
    if (object.size() <= kInterfaceId) return;
    one.data = object.substr(kInterfaceId);
    one.obstacle.clear();
    if (object.substr(0, kInterfaceId) != kMessageInterface) {
      one.obstacle = "embedded-object";
    } else if (depth_ + 1 >= kMaxItemDepth) {
      one.obstacle = "too-deep";
    } else {
      one.embedded = std::make_unique<Item>();
      if (!TnefReader(depth_ + 1).read(one.data, charset, *one.embedded)) {
        one.embedded.reset();
        one.obstacle = "damaged-attachment";
      }
    }
  }

  uint32_t depth_;
  bool code_page_ = false;  // of old attributes, which says it best
};

}  // namespace

bool read_tnef(Bytes untrusted_file, Item& out) {
  return TnefReader(0).read(untrusted_file, {}, out);
}

}  // namespace mugai::sanitize::outlook
