#include "sanitizers/mime/encoded_word.h"

#include "sanitizers/mime/transfer.h"
#include "sanitizers/text/charset.h"
#include "sanitizers/text/hex.h"
#include "sanitizers/text/japanese.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxCharsetLabel = 64;

class AppendingSink : public Sink {
 public:
  explicit AppendingSink(std::string& out) : out_(out) {}
  bool write(Bytes bytes) override {
    out_ += bytes;
    return true;
  }

 private:
  std::string& out_;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// RFC 2047 §4.2, with blanks and 8-bit characters inside let through.
void append_q(Bytes data, std::string& out) {
  for (size_t i = 0; i < data.size(); ++i) {
    const char c = data[i];
    const int high = c == '=' ? hex_digit(byte_at(data, i + 1)) : -1,
              low = c == '=' ? hex_digit(byte_at(data, i + 2)) : -1;
    if (high >= 0 && low >= 0) {
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out += c == '_' ? ' ' : c;
    }
  }
}

void append_b(Bytes data, std::string& out) {
  AppendingSink sink(out);
  TransferDecoder decoder(TransferEncoding::base64);
  if (decoder.decode(data, sink)) (void)decoder.finish(sink);
}

// How far base64 text is from whole groups, 0 to 3; padding counts.
size_t digits_over(Bytes base64) {
  size_t digits = 0;
  for (const char c : base64) digits += is_blank(c) ? 0 : 1;
  return digits % 4;
}

// Adjacent words in one charset, joined before the charset is decoded: senders cut inside characters and
// shift states.
class Run {
 public:
  void add(const EncodedWord& word, std::string& out) {
    if (!open_ || !equals_ignoring_case(charset_, word.charset)) flush(out);
    open_ = true;
    charset_ = word.charset;
    if (word.encoding == 'q') {
      flush_base64();
      append_q(word.data, bytes_);
    } else {
      // Two words of broken groups were cut by the character count; beside a whole one, the padding was just
      // forgotten.
      const size_t over = digits_over(word.data);
      if (over == 0) flush_base64();
      base64_ += word.data;
      over_ = (over_ + over) % 4;
      if (over_ == 0 || word.data.find('=') != Bytes::npos) flush_base64();
    }
  }
  void flush(std::string& out) {
    flush_base64();
    if (open_) out += charset_.empty() ? decode_short(bytes_).utf8 : decode_text(bytes_, charset_).utf8;
    bytes_.clear();
    open_ = false;
  }
  bool open() const { return open_; }

 private:
  void flush_base64() {
    append_b(base64_, bytes_);
    base64_.clear();
    over_ = 0;
  }

  bool open_ = false;
  size_t over_ = 0;
  std::string charset_, bytes_, base64_;
};

// The end of a stretch of raw ISO-2022-JP that begins at `at` (ESC $): its two-byte characters may look like
// "=?".
size_t end_of_shifted(Bytes text, size_t at) {
  if (byte_at(text, at + 1) != '$') return at + 1;
  const size_t back = text.find("\x1B(", at + 1);
  return back == Bytes::npos ? text.size() : back + 2;
}

}  // namespace

EncodedWord encoded_word_at(Bytes text, size_t offset) {
  if (text.substr(offset, 2) != "=?") return {};
  EncodedWord word;
  const Bytes label = slice(text, offset + 2, kMaxCharsetLabel);
  const size_t label_end = label.find('?');
  if (label_end == Bytes::npos) return {};
  for (const char c : label.substr(0, label_end))
    if (c <= ' ' || c == 0x7F || c == '=' || c == '"' || c == '<' || c == '>' || c == ',' || c == ';')
      return {};
  word.charset = label.substr(0, std::min(label_end, label.find('*')));
  size_t i = offset + 2 + label_end + 1;
  word.encoding = ascii_lower(static_cast<char>(byte_at(text, i)));
  if ((word.encoding != 'b' && word.encoding != 'q') || byte_at(text, i + 1) != '?') return {};
  i += 2;
  // Up to "?="; but a new "=?" means that this word was never finished. ("=?=" is a word that ends with '='.)
  for (size_t end = i; end + 1 < text.size(); ++end) {
    if (text[end] == '?' && text[end + 1] == '=') {
      word.data = text.substr(i, end - i);
      word.length = end + 2 - offset;
      return word;
    }
    if (text[end] == '=' && text[end + 1] == '?' && byte_at(text, end + 2) != '=') return {};
  }
  return {};
}

std::string unfold(Bytes raw) {
  std::string out;
  out.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\r' && raw[i] != '\n') {
      out += raw[i];
      continue;
    }
    while (i + 1 < raw.size() && (raw[i + 1] == '\r' || raw[i + 1] == '\n')) ++i;
    if (i + 1 < raw.size() && !is_blank(raw[i + 1]) && !out.empty()) out += ' ';
  }
  return out;
}

std::string decode_words(Bytes text, bool& found) {
  std::string out;
  Run run;
  size_t raw = 0;  // where the text that is no encoded word begins
  const auto flush_raw = [&](size_t end) {
    const Bytes between = text.substr(raw, end - raw);
    if (run.open() && between.find_first_not_of(" \t") == Bytes::npos && end < text.size()) return;
    run.flush(out);
    out += decode_short(between).utf8;
  };
  for (size_t i = 0; i < text.size();) {
    if (text[i] == 0x1B) {
      i = end_of_shifted(text, i);
      continue;
    }
    if (text[i] != '=' || byte_at(text, i + 1) != '?') {
      ++i;
      continue;
    }
    const EncodedWord word = encoded_word_at(text, i);
    if (word.length == 0) {
      i += 2;
      continue;
    }
    if (raw < i) flush_raw(i);
    run.add(word, out);
    found = true;
    i += word.length;
    raw = i;
  }
  if (raw < text.size()) flush_raw(text.size());
  run.flush(out);
  return out;
}

std::string take_encoded_word(std::string_view& utf8, size_t max_columns) {
  constexpr std::string_view kOpen = "=?UTF-8?B?", kClose = "?=";
  const size_t overhead = kOpen.size() + kClose.size();
  const size_t columns = std::min<size_t>(max_columns, 75);
  const size_t max_bytes = columns > overhead ? (columns - overhead) / 4 * 3 : 0;
  size_t taken = 0;
  while (taken < utf8.size()) {
    const size_t length = std::max<size_t>(code_point_at(utf8, taken).length, 1);
    if (taken > 0 && taken + length > max_bytes) break;
    taken += length;
  }
  std::string base64;
  AppendingSink sink(base64);
  Base64Encoder encoder;
  if (encoder.encode(utf8.substr(0, taken), sink)) (void)encoder.finish(sink);
  while (!base64.empty() && (base64.back() == '\n' || base64.back() == '\r')) base64.pop_back();
  utf8.remove_prefix(taken);
  return std::string(kOpen) + base64 + std::string(kClose);
}

bool needs_encoding(std::string_view utf8) {
  for (const char c : utf8)
    if (c < ' ' || c >= 0x7F) return true;
  return utf8.find("=?") != std::string_view::npos;
}

}  // namespace mugai::sanitize
