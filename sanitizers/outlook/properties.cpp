#include "sanitizers/outlook/properties.h"

#include <algorithm>

#include "sanitizers/text/charset.h"
#include "sanitizers/text/scrub.h"
#include "sanitizers/text/utf16.h"

namespace mugai::sanitize::outlook {
namespace {

Bytes without_terminator(Bytes bytes) {
  while (!bytes.empty() && bytes.back() == '\0') bytes.remove_suffix(1);
  return bytes;
}

}  // namespace

std::string decode_8bit(Bytes bytes, const std::string& charset) {
  constexpr size_t kShort =
      400;  // names and subjects, whose kanji alone do not refute a western label in decode_text
  const bool western = charset.empty() || charset == "windows-1252" || charset == "us-ascii";
  if (!western || bytes.size() > kShort) return decode_text(bytes, charset).utf8;
  DecodedText seen = decode_short(bytes);
  const bool sure =
      seen.charset == "utf-8" || seen.charset == "cp932" || seen.charset == "iso-2022-jp" || charset.empty();
  return sure ? std::move(seen.utf8) : decode_text(bytes, charset).utf8;
}

void PropertyBag::add(uint16_t tag, uint16_t kind, Bytes value) {
  constexpr size_t kMaxProperties = 4'096;  // ten times what Outlook writes
  if (values_.size() < kMaxProperties) values_.emplace(std::pair(tag, kind), value);
}

Bytes PropertyBag::value(uint16_t tag, uint16_t kind) const {
  const auto found = values_.find({tag, kind});
  return found == values_.end() ? Bytes() : found->second;
}

std::string PropertyBag::text(uint16_t tag) const {
  std::string wide = utf8_of_utf16le(value(tag, kUnicode));
  wide.erase(std::remove(wide.begin(), wide.end(), '\0'), wide.end());
  if (!wide.empty()) return wide;
  return decode_8bit(without_terminator(value(tag, kString8)), charset);
}

std::string PropertyBag::line(uint16_t tag) const {
  return scrub_line(text(tag));
}

Bytes PropertyBag::binary(uint16_t tag) const {
  return value(tag, kBinary);
}

Bytes PropertyBag::object(uint16_t tag) const {
  return value(tag, kObject);
}

uint32_t PropertyBag::number(uint16_t tag, uint32_t otherwise) const {
  for (const uint16_t kind : {kInt32, kInt16, kBoolean})
    if (const Bytes bytes = value(tag, kind); bytes.size() >= 2) {
      uint32_t number = 0;
      for (size_t i = kind == kInt32 ? 4 : 2; i-- > 0;) number = number << 8 | byte_at(bytes, i);
      return number;
    }
  return otherwise;
}

uint64_t PropertyBag::time(uint16_t tag) const {
  const Bytes bytes = value(tag, kTime);
  uint64_t time = 0;
  for (size_t i = 8; i-- > 0;) time = time << 8 | byte_at(bytes, i);
  return time;
}

}  // namespace mugai::sanitize::outlook
