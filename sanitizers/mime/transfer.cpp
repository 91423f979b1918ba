#include "sanitizers/mime/transfer.h"

#include <array>
#include <cstring>

namespace mugai::sanitize {
namespace {

// base64: 0..63 a digit, then what else may stand there.
constexpr uint8_t kBlank = 64, kPad = 65, kForeign = 66;

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<uint8_t, 256> make_digits() {
  std::array<uint8_t, 256> digits{};
  digits.fill(kForeign);
  for (size_t i = 0; i < kAlphabet.size(); ++i) digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
  for (const char c : {' ', '\t', '\r', '\n'}) digits[static_cast<unsigned char>(c)] = kBlank;
  digits['='] = kPad;
  return digits;
}
constexpr auto kDigits = make_digits();

// The same digits, already shifted to their place in the group; kNotADigit marks the rest, in any place.
constexpr uint32_t kNotADigit = 0x80000000;
constexpr std::array<std::array<uint32_t, 256>, 4> make_shifted() {
  std::array<std::array<uint32_t, 256>, 4> shifted{};
  for (size_t place = 0; place < 4; ++place)
    for (size_t c = 0; c < 256; ++c)
      shifted[place][c] = kDigits[c] < 64 ? static_cast<uint32_t>(kDigits[c]) << (18 - 6 * place) : kNotADigit;
  return shifted;
}
constexpr auto kShifted = make_shifted();

// Two output characters for each 12 bits of input.
constexpr std::array<std::array<char, 2>, 4096> make_pairs() {
  std::array<std::array<char, 2>, 4096> pairs{};
  for (size_t i = 0; i < 4096; ++i) pairs[i] = {kAlphabet[i >> 6], kAlphabet[i & 63]};
  return pairs;
}
constexpr auto kPairs = make_pairs();

// Collects small pieces so that the sink sees few large writes.
class Buffered {
 public:
  explicit Buffered(Sink& out) : out_(out) {}
  char* room(size_t count) {  // count is far below the capacity everywhere
    if (buffer_.size() - used_ < count) flush();
    return buffer_.data() + used_;
  }
  void took(size_t count) { used_ += count; }
  void put(char c) {
    *room(1) = c;
    ++used_;
  }
  void put(Bytes bytes) {
    if (bytes.size() >= buffer_.size() / 2) {
      flush();
      ok_ = ok_ && out_.write(bytes);
      return;
    }
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    used_ += bytes.size();
  }
  bool flush() {  // false once anything could not be written
    if (used_ > 0) ok_ = out_.write({buffer_.data(), used_}) && ok_;
    used_ = 0;
    return ok_;
  }
  bool ok() const { return ok_; }

 private:
  Sink& out_;
  size_t used_ = 0;
  bool ok_ = true;
  std::array<char, 12288> buffer_;
};

int hex_digit(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

constexpr char kHex[] = "0123456789ABCDEF";

// Blanks that may turn out to be the invisible end of a line are kept back, but not without end.
constexpr size_t kMaxPendingBlanks = 1000;

// A uuencoded line is a length, at most 60 digits and perhaps a checksum; what is longer is none.
constexpr size_t kMaxUuLine = 256;

bool is_uu_begin(std::string_view line, std::string_view& name) {
  if (line.substr(0, 6) != "begin ") return false;
  size_t i = 6;
  while (i < line.size() && line[i] >= '0' && line[i] <= '7') ++i;
  if (i < 9 || i > 11 || i >= line.size() || line[i] != ' ') return false;
  while (i < line.size() && line[i] == ' ') ++i;
  name = line.substr(i);
  return !name.empty();
}

// Decodes one data line; false when it is none. Mailers strip blanks from line ends, so missing digits count as 0.
bool decode_uu_line(std::string_view line, std::string& out) {
  if (line.empty() || line[0] < ' ' || line[0] > '`') return false;
  const size_t count = static_cast<size_t>(line[0] - ' ') & 63;
  const size_t digits = (count + 2) / 3 * 4;
  const std::string_view body = line.substr(1);
  if (body.size() > digits + 2) return false;
  if (body.size() < digits && count > 0 && body.size() * 2 < digits) return false;
  for (const char c : body)
    if (c < ' ' || c > '`') return false;
  const auto digit = [&](size_t i) -> uint32_t { return i < body.size() ? static_cast<uint32_t>(body[i] - ' ') & 63 : 0; };
  size_t written = 0;
  for (size_t i = 0; i < digits; i += 4) {
    const uint32_t group = digit(i) << 18 | digit(i + 1) << 12 | digit(i + 2) << 6 | digit(i + 3);
    for (int shift = 16; shift >= 0 && written < count; shift -= 8, ++written) out += static_cast<char>(group >> shift);
  }
  return true;
}

std::string_view without_cr(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// uuencode's progress is kept in bit_count_.
enum UuState : int { kUuBefore, kUuInside, kUuAfter };

}  // namespace

TransferEncoding parse_transfer_encoding(Bytes untrusted_value, bool& sloppy) {
  sloppy = false;
  std::string token, extra;
  int comment = 0;
  bool ended = false;
  for (const char c : untrusted_value) {
    if (c == '(') ++comment;
    if (comment > 0) {
      sloppy = true;
      if (c == ')') --comment;
      continue;
    }
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (blank || c == ';') {
      ended = ended || !token.empty();
      if (c == ';') sloppy = true;
    } else if (c == '"' || c == '\'') {
      sloppy = true;
    } else {
      (ended ? extra : token) += ascii_lower(c);
      if (token.size() + extra.size() > 64) break;
    }
  }
  if (!extra.empty()) sloppy = true;
  if (token == "base64") return TransferEncoding::base64;
  if (token == "quoted-printable") return TransferEncoding::quoted_printable;
  if (token == "7bit" || token == "8bit" || token == "binary") return TransferEncoding::identity;
  if (token == "x-uuencode" || token == "uuencode" || token == "x-uue" || token == "uue") return TransferEncoding::uuencode;
  sloppy = true;
  if (token.empty()) return TransferEncoding::identity;
  // Spellings that lenient readers understand.
  if (token == "base-64" || token == "b64" || token == "x-base64") return TransferEncoding::base64;
  if (token == "quotedprintable" || token == "quoted_printable" || token == "qp") return TransferEncoding::quoted_printable;
  if (token == "7-bit" || token == "8-bit" || token == "8bits" || token == "7bits" || token == "none")
    return TransferEncoding::identity;
  return TransferEncoding::unknown;
}

TransferDecoder::TransferDecoder(TransferEncoding encoding) : encoding_(encoding) {}

bool TransferDecoder::decode(Bytes chunk, Sink& out) {
  switch (encoding_) {
    case TransferEncoding::base64: return decode_base64(chunk, out);
    case TransferEncoding::quoted_printable: return decode_quoted_printable(chunk, out);
    case TransferEncoding::uuencode: return decode_uuencode(chunk, out);
    case TransferEncoding::identity:
    case TransferEncoding::unknown: break;
  }
  return chunk.empty() || out.write(chunk);
}

bool TransferDecoder::decode_base64(Bytes chunk, Sink& sink) {
  Buffered out(sink);
  const char* p = chunk.data();
  const char* const end = p + chunk.size();
  while (p != end && out.ok()) {
    if (bit_count_ == 0 && !padded_) {
      // Whole groups, up to what fits the buffer at once; anything odd falls out to the slow path below.
      char* to = out.room(3 * 1024);
      const char* const start = to;
      const char* const stop = end - p >= 4096 ? p + 4092 : end - (end - p) % 4;
      while (p < stop) {
        const auto at = [&](size_t place) { return kShifted[place][static_cast<unsigned char>(p[place])]; };
        const uint32_t group = at(0) | at(1) | at(2) | at(3);
        if (group & kNotADigit) {
          if (p[0] == '\r' && p[1] == '\n' && end - p > 2) {
            p += 2;
            if (end - p < 4) break;
            continue;
          }
          break;
        }
        to[0] = static_cast<char>(group >> 16);
        to[1] = static_cast<char>(group >> 8);
        to[2] = static_cast<char>(group);
        to += 3;
        p += 4;
        if (end - p < 4) break;
      }
      out.took(static_cast<size_t>(to - start));
      if (p == end) break;
    }
    const uint8_t digit = kDigits[static_cast<unsigned char>(*p++)];
    if (digit < 64) {
      if (padded_) {
        facts_.data_after_padding = true;
        padded_ = false;
      }
      bits_ = bits_ << 6 | digit;
      if (++bit_count_ == 4) {
        out.put(static_cast<char>(bits_ >> 16));
        out.put(static_cast<char>(bits_ >> 8));
        out.put(static_cast<char>(bits_));
        bit_count_ = 0;
        bits_ = 0;
      }
    } else if (digit == kPad) {
      if (bit_count_ >= 2) out.put(static_cast<char>(bits_ >> (bit_count_ == 3 ? 10 : 4)));
      if (bit_count_ == 3) out.put(static_cast<char>(bits_ >> 2));
      if (bit_count_ == 1) facts_.truncated = true;
      bit_count_ = 0;
      bits_ = 0;
      padded_ = true;
    } else if (digit == kForeign) {
      facts_.foreign_characters = true;
    }
  }
  return out.flush();
}

bool TransferDecoder::decode_quoted_printable(Bytes chunk, Sink& sink) {
  // carry_ is empty, or blanks that may end a line, or "=" with what followed it so far.
  Buffered out(sink);
  const auto literal = [&] {
    if (carry_[0] == '=') facts_.foreign_characters = true;
    out.put(Bytes(carry_));
    carry_.clear();
  };
  for (size_t i = 0; i < chunk.size() && out.ok();) {
    const unsigned char c = byte_at(chunk, i);
    const bool blank = c == ' ' || c == '\t';
    if (carry_.empty()) {
      if (c == '=' || blank) {
        carry_ += static_cast<char>(c);
        ++i;
        continue;
      }
      size_t run = i;
      while (run < chunk.size()) {
        const unsigned char d = byte_at(chunk, run);
        if (d == '=' || d == ' ' || d == '\t') break;
        if (d >= 0x7F || (d < 0x20 && d != '\r' && d != '\n')) facts_.foreign_characters = true;
        ++run;
      }
      out.put(slice(chunk, i, run - i));
      i = run;
    } else if (carry_[0] != '=') {
      if (blank && carry_.size() < kMaxPendingBlanks) {
        carry_ += static_cast<char>(c);
        ++i;
      } else if (c == '\r' || c == '\n') {
        carry_.clear();
      } else {
        literal();
      }
    } else if (carry_.back() == '\r') {  // "=", blanks, CR
      if (c == '\n') ++i;
      carry_.clear();
    } else if (c == '\n') {
      carry_.clear();
      ++i;
    } else if (c == '\r') {
      carry_ += '\r';
      ++i;
    } else if (blank && carry_.size() < kMaxPendingBlanks && (carry_.size() == 1 || hex_digit(static_cast<unsigned char>(carry_[1])) < 0)) {
      carry_ += static_cast<char>(c);
      ++i;
    } else if (carry_.size() == 1 && hex_digit(c) >= 0) {
      carry_ += static_cast<char>(c);
      ++i;
    } else if (carry_.size() == 2 && hex_digit(static_cast<unsigned char>(carry_[1])) >= 0 && hex_digit(c) >= 0) {
      out.put(static_cast<char>(hex_digit(static_cast<unsigned char>(carry_[1])) << 4 | hex_digit(c)));
      carry_.clear();
      ++i;
    } else {
      literal();
    }
  }
  return out.flush();
}

bool TransferDecoder::decode_uuencode(Bytes chunk, Sink& sink) {
  Buffered out(sink);
  std::string decoded;
  while (!chunk.empty() && out.ok()) {
    const size_t eol = chunk.find('\n');
    const Bytes piece = chunk.substr(0, eol);
    chunk.remove_prefix(eol == Bytes::npos ? chunk.size() : eol + 1);
    if (carry_.size() < kMaxUuLine) carry_ += piece.substr(0, kMaxUuLine - carry_.size());
    if (eol == Bytes::npos) break;
    decoded.clear();
    uudecode_line(decoded);
    out.put(Bytes(decoded));
  }
  return out.flush();
}

void TransferDecoder::uudecode_line(std::string& out) {
  const std::string_view line = without_cr(carry_);
  std::string_view name;
  if (bit_count_ == kUuBefore) {
    if (is_uu_begin(line, name)) bit_count_ = kUuInside;
    else if (!line.empty()) facts_.foreign_characters = true;
  } else if (bit_count_ == kUuInside) {
    if (line == "end") bit_count_ = kUuAfter;
    else if (!decode_uu_line(line, out) && !line.empty()) facts_.foreign_characters = true;
  } else if (!line.empty()) {
    facts_.data_after_padding = true;
  }
  carry_.clear();
}

bool TransferDecoder::finish(Sink& out) {
  std::string rest;
  if (encoding_ == TransferEncoding::base64 && bit_count_ > 0) {
    facts_.truncated = true;
    if (bit_count_ >= 2) rest += static_cast<char>(bits_ >> (bit_count_ == 3 ? 10 : 4));
    if (bit_count_ == 3) rest += static_cast<char>(bits_ >> 2);
  } else if (encoding_ == TransferEncoding::quoted_printable && !carry_.empty() && carry_[0] == '=') {
    // A lone "=" at the end is a soft break before nothing; half an escape stays as it is.
    facts_.truncated = true;
    if (carry_.size() == 2 && hex_digit(static_cast<unsigned char>(carry_[1])) >= 0) rest = carry_;
  } else if (encoding_ == TransferEncoding::uuencode) {
    if (!carry_.empty()) uudecode_line(rest);
    facts_.truncated = bit_count_ != kUuAfter;
  }
  carry_.clear();
  return rest.empty() || out.write(rest);
}

namespace {

constexpr size_t kLineBytes = 57;  // make 76 characters

char* encode_groups(const char* from, size_t groups, char* to) {
  for (size_t i = 0; i < groups; ++i, from += 3, to += 4) {
    const auto byte = [&](size_t place) { return static_cast<uint32_t>(static_cast<unsigned char>(from[place])); };
    const uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    std::memcpy(to, kPairs[group >> 12].data(), 2);
    std::memcpy(to + 2, kPairs[group & 4095].data(), 2);
  }
  return to;
}

// At most one line, with its padding and CRLF.
std::string encode_base64_line(Bytes bytes) {
  std::string line;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const uint32_t group = static_cast<uint32_t>(byte_at(bytes, i)) << 16 | static_cast<uint32_t>(byte_at(bytes, i + 1)) << 8 | byte_at(bytes, i + 2);
    line += {kPairs[group >> 12].data(), 2};
    const size_t left = bytes.size() - i;
    line += left > 1 ? kAlphabet[group >> 6 & 63] : '=';
    line += left > 2 ? kAlphabet[group & 63] : '=';
  }
  return line + "\r\n";
}

}  // namespace

bool Base64Encoder::encode(Bytes chunk, Sink& sink) {
  Buffered out(sink);
  if (!carry_.empty()) {
    const size_t take = std::min(chunk.size(), kLineBytes - carry_.size());
    carry_ += chunk.substr(0, take);
    chunk.remove_prefix(take);
    if (carry_.size() < kLineBytes) return true;
    out.put(Bytes(encode_base64_line(carry_)));
    carry_.clear();
  }
  while (chunk.size() >= kLineBytes && out.ok()) {
    char* const to = out.room(78);
    char* const end = encode_groups(chunk.data(), kLineBytes / 3, to);
    end[0] = '\r';
    end[1] = '\n';
    out.took(78);
    chunk.remove_prefix(kLineBytes);
  }
  carry_ = chunk;
  return out.flush();
}

bool Base64Encoder::finish(Sink& out) {
  if (carry_.empty()) return true;
  const std::string line = encode_base64_line(carry_);
  carry_.clear();
  return out.write(line);
}

std::string encode_quoted_printable(std::string_view text) {
  constexpr size_t kMaxColumn = 75;  // leaves room for the "=" of a soft break
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  size_t column = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char c = byte_at(text, i);
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool last = i + 1 == text.size() || text[i + 1] == '\n';
    const bool blank = c == ' ' || c == '\t';
    bool literal = (c > ' ' && c < 0x7F && c != '=') || (blank && !last);
    // A line that begins with "From " or "." is rewritten by some mail stores and relays.
    if (column == 0 && (c == '.' || text.substr(i, 5) == "From ")) literal = false;
    const size_t width = literal ? 1 : 3;
    if (column + width > (last ? kMaxColumn + 1 : kMaxColumn)) {
      out += "=\r\n";
      column = 0;
      if (c == '.' || text.substr(i, 5) == "From ") literal = false;
    }
    if (literal) {
      out += static_cast<char>(c);
    } else {
      out += '=';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
    column += literal ? 1 : 3;
  }
  return out;
}

std::vector<UuBlock> find_uuencoded(std::string_view text, size_t max_blocks) {
  std::vector<UuBlock> blocks;
  UuBlock block;
  bool inside = false, ending = false;
  const auto close = [&] {
    if (block.end > block.begin) blocks.push_back(std::move(block));
    block = {};
    inside = ending = false;
  };
  for (size_t at = 0; at < text.size() && blocks.size() < max_blocks;) {
    const size_t eol = text.find('\n', at);
    const size_t next = eol == std::string_view::npos ? text.size() : eol + 1;
    const std::string_view line = without_cr(text.substr(at, (eol == std::string_view::npos ? text.size() : eol) - at));
    std::string_view name;
    if (inside && line == "end") {
      block.end = next;
      close();
    } else if (inside && !ending && !line.empty() && decode_uu_line(line, block.data)) {
      // A block counts from its first data line on; "begin 644 x" alone is prose.
      block.end = next;
      ending = line[0] == '`' || line[0] == ' ';
    } else if (inside && !(line.empty() && block.end > block.begin)) {
      close();
      continue;  // the same line may begin the next block
    } else if (!inside && is_uu_begin(line, name)) {
      block.begin = at;
      block.end = at;
      block.name = name;
      inside = true;
    }
    at = next;
  }
  if (inside && blocks.size() < max_blocks) close();
  return blocks;
}

}  // namespace mugai::sanitize
