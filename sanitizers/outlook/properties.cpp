#include "sanitizers/outlook/properties.h"

#include <algorithm>

#include "sanitizers/text/charset.h"
#include "sanitizers/text/scrub.h"
#include "sanitizers/text/utf16.h"

namespace mugai::sanitize::outlook {
namespace {

struct CodePage {
  uint32_t number;
  const char* charset;
};

// Windows code pages whose charset is not called "windows-NUMBER".
constexpr CodePage kCodePages[] = {
    {437, "ibm437"},         {850, "ibm850"},        {866, "ibm866"},        {874, "windows-874"},
    {932, "cp932"},          {936, "gb18030"},       {949, "windows-949"},   {950, "big5"},
    {1200, "utf-16le"},      {1201, "utf-16be"},     {10000, "macintosh"},   {20127, "us-ascii"},
    {20866, "koi8-r"},       {20932, "euc-jp"},      {20936, "gb18030"},     {21866, "koi8-u"},
    {28591, "windows-1252"}, {28592, "iso-8859-2"},  {28593, "iso-8859-3"},  {28594, "iso-8859-4"},
    {28595, "iso-8859-5"},   {28596, "iso-8859-6"},  {28597, "iso-8859-7"},  {28598, "iso-8859-8"},
    {28599, "windows-1254"}, {28605, "iso-8859-15"}, {50220, "iso-2022-jp"}, {50221, "iso-2022-jp"},
    {50222, "iso-2022-jp"},  {50225, "iso-2022-kr"}, {51932, "euc-jp"},      {51936, "gb18030"},
    {51949, "windows-949"},  {52936, "hz-gb-2312"},  {54936, "gb18030"},     {65000, "utf-7"},
    {65001, "utf-8"},
};

Bytes without_terminator(Bytes bytes) {
  while (!bytes.empty() && bytes.back() == '\0') bytes.remove_suffix(1);
  return bytes;
}

}  // namespace

std::string charset_of_code_page(uint32_t code_page) {
  const auto found = std::find_if(std::begin(kCodePages), std::end(kCodePages),
                                  [&](const CodePage& one) { return one.number == code_page; });
  if (found != std::end(kCodePages)) return found->charset;
  return code_page >= 1250 && code_page <= 1258 ? "windows-" + std::to_string(code_page) : std::string();
}

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
