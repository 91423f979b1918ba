#include "sanitizers/rtf/writer.h"

#include <algorithm>

#include "sanitizers/text/charset.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize::rtf {

namespace {

constexpr size_t kFlushBytes = 256 << 10;
constexpr size_t kLineBytes = 64;
constexpr char kDigits[] = "0123456789abcdef";

void append_hex(std::string& out, unsigned char byte) {
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

}  // namespace

std::string without_controls(std::string_view utf8) {
  std::string out;
  for (size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    if (c == '\t' || (c >= 0x20 && c < 0x7f) || c >= 0xA0) append_utf8(out, c);
  }
  return out;
}

std::string as_one_line(std::string_view utf8) {
  std::string out = without_controls(utf8);
  std::replace(out.begin(), out.end(), '\t', ' ');
  return out;
}

void Writer::take_shape() {
  for (; opened_ < depth_; ++opened_) {
    buffer_ += '{';
    needs_blank_ = false;
  }
}

bool Writer::close() {
  if (depth_ == 0) return false;
  const bool shaped = has_shape();
  if (shaped) {
    buffer_ += '}';
    needs_blank_ = false;
    --opened_;
  }
  --depth_;
  return shaped;
}

void Writer::word(std::string_view name, std::optional<int64_t> number) {
  take_shape();
  buffer_.append("\\").append(name);
  if (number) buffer_ += std::to_string(*number);
  needs_blank_ = true;
}

void Writer::starred(std::string_view name, std::optional<int64_t> number) {
  take_shape();
  buffer_ += "\\*";
  word(name, number);
}

void Writer::symbol(char c) {
  take_shape();
  buffer_ += '\\';
  buffer_ += c;
  needs_blank_ = false;
}

void Writer::before_text(char c) {
  const bool continues = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '-';
  if (needs_blank_ && continues) buffer_ += ' ';
  needs_blank_ = false;
}

void Writer::unit(char16_t unit) {
  buffer_ += "\\u" + std::to_string(static_cast<int16_t>(unit)) + "?";
  needs_blank_ = false;
}

void Writer::text(std::string_view utf8) {
  for (size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    if (c == '\t') {
      word("tab");
    } else if (c >= 0x20 && c < 0x7f) {
      take_shape();
      before_text(c == '\\' || c == '{' || c == '}' ? '\\' : static_cast<char>(c));
      if (c == '\\' || c == '{' || c == '}') buffer_ += '\\';
      buffer_ += static_cast<char>(c);
    } else if (c == 0xA0 || c == 0xAD || c == 0x2011) {
      symbol(c == 0xA0 ? '~' : c == 0xAD ? '-' : '_');
    } else if (c >= 0xA0 && c < 0x10000) {
      take_shape();
      unit(static_cast<char16_t>(c));
    } else if (c >= 0x10000) {
      take_shape();
      unit(static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10)));
      unit(static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF)));
    }
  }
}

void Writer::font_text(std::string_view utf8, const std::string& charset) {
  if (charset.empty()) return text(utf8);
  for (size_t at = 0; at < utf8.size();) {
    const std::string_view one = utf8.substr(at, std::max<size_t>(code_point_at(utf8, at).length, 1));
    at += one.size();
    const std::optional<std::string> bytes = one.size() > 1 ? encode_text(one, charset) : std::nullopt;
    if (!bytes || decode_text(*bytes, charset).utf8 != one) {
      text(one);
      continue;
    }
    for (const char c : *bytes) byte(static_cast<unsigned char>(c));
  }
}

void Writer::level_text(std::u16string_view units) {
  byte(static_cast<unsigned char>(units.size()));
  for (const char16_t one : units) {
    if (one < 0x20) byte(static_cast<unsigned char>(one));
    else if (one >= 0xD800 && one < 0xE000) unit(one);
    else {
      std::string utf8;
      append_utf8(utf8, one);
      text(utf8);
    }
  }
  text(";");
}

void Writer::byte(unsigned char byte) {
  take_shape();
  buffer_ += "\\'";
  append_hex(buffer_, byte);
  needs_blank_ = false;
}

void Writer::hex(Bytes bytes) {
  take_shape();
  for (size_t at = 0; at < bytes.size(); ++at) {
    if (at % kLineBytes == 0) buffer_ += "\r\n";
    append_hex(buffer_, byte_at(bytes, at));
    if (at % kFlushBytes == 0) (void)flush();
  }
  needs_blank_ = false;
}

void Writer::line() {
  buffer_ += "\r\n";
  needs_blank_ = false;
}

Writer::Mark Writer::mark() {
  ++marks_;
  return {buffer_.size(), needs_blank_, depth_, opened_};
}

void Writer::cut(const Mark& mark) {
  --marks_;
  buffer_.resize(mark.size);
  needs_blank_ = mark.needs_blank;
  depth_ = mark.depth;
  opened_ = mark.opened;
}

bool Writer::flush(bool all) {
  if (marks_ > 0 || (!all && buffer_.size() < kFlushBytes)) return !failed_;
  failed_ |= !out_.write(buffer_);
  buffer_.clear();
  return !failed_;
}

}  // namespace mugai::sanitize::rtf
