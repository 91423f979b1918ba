#include "sanitizers/mime/transfer.h"

#include <array>

#include "sanitizers/mime/buffered_sink.h"
#include "sanitizers/mime/uuencode.h"
#include "sanitizers/text/hex.h"

namespace mugai::sanitize {
namespace {

// base64: 0..63 a digit, then what else may stand there.
constexpr uint8_t kBlank = 64, kPad = 65, kForeign = 66;

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<uint8_t, 256> make_digits() {
  std::array<uint8_t, 256> digits{};
  digits.fill(kForeign);
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint8_t>(i);
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
      shifted[place][c] =
          kDigits[c] < 64 ? static_cast<uint32_t>(kDigits[c]) << (18 - 6 * place) : kNotADigit;
  return shifted;
}
constexpr auto kShifted = make_shifted();

// Blanks that may turn out to be the invisible end of a line are kept back, but not without end.
constexpr size_t kMaxPendingBlanks = 1000;

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
  if (token == "x-uuencode" || token == "uuencode" || token == "x-uue" || token == "uue")
    return TransferEncoding::uuencode;
  sloppy = true;
  if (token.empty()) return TransferEncoding::identity;
  // Spellings that lenient readers understand.
  if (token == "base-64" || token == "b64" || token == "x-base64") return TransferEncoding::base64;
  if (token == "quotedprintable" || token == "quoted_printable" || token == "qp")
    return TransferEncoding::quoted_printable;
  if (token == "7-bit" || token == "8-bit" || token == "8bits" || token == "7bits" || token == "none")
    return TransferEncoding::identity;
  return TransferEncoding::unknown;
}

TransferDecoder::TransferDecoder(TransferEncoding encoding) : encoding_(encoding) {}

bool TransferDecoder::decode(Bytes chunk, Sink& out) {
  switch (encoding_) {
    case TransferEncoding::base64:
      return decode_base64(chunk, out);
    case TransferEncoding::quoted_printable:
      return decode_quoted_printable(chunk, out);
    case TransferEncoding::uuencode:
      return decode_uuencode(chunk, out);
    case TransferEncoding::identity:
    case TransferEncoding::unknown:
      break;
  }
  return chunk.empty() || out.write(chunk);
}

bool TransferDecoder::decode_base64(Bytes chunk, Sink& sink) {
  BufferedSink out(sink);
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
  BufferedSink out(sink);
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
    } else if (blank && carry_.size() < kMaxPendingBlanks &&
               (carry_.size() == 1 || hex_digit(static_cast<unsigned char>(carry_[1])) < 0)) {
      carry_ += static_cast<char>(c);
      ++i;
    } else if (carry_.size() == 1 && hex_digit(c) >= 0) {
      carry_ += static_cast<char>(c);
      ++i;
    } else if (carry_.size() == 2 && hex_digit(static_cast<unsigned char>(carry_[1])) >= 0 &&
               hex_digit(c) >= 0) {
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
  BufferedSink out(sink);
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
    if (is_uu_begin(line, name))
      bit_count_ = kUuInside;
    else if (!line.empty())
      facts_.foreign_characters = true;
  } else if (bit_count_ == kUuInside) {
    if (line == "end")
      bit_count_ = kUuAfter;
    else if (!decode_uu_line(line, out) && !line.empty())
      facts_.foreign_characters = true;
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

}  // namespace mugai::sanitize
