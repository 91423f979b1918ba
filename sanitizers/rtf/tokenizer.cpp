#include "sanitizers/rtf/tokenizer.h"

#include <algorithm>

#include "sanitizers/text/hex.h"

namespace mugai::sanitize::rtf {

namespace {

using Kind = Token::Kind;
using namespace std::string_view_literals;

constexpr int64_t kLargest = 10'000'000'000;
constexpr std::string_view kSpecial = "{}\\\r\n\0"sv;

bool is_letter(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

Token simple(Kind kind, unsigned char byte = 0) {
  Token token;
  token.kind = kind;
  token.byte = byte;
  return token;
}

}  // namespace

Token Tokenizer::next() {
  while (at_ < rtf_.size()) {
    const char c = rtf_[at_];
    if (c == '\r' || c == '\n' || c == '\0') {
      ++at_;
      continue;
    }
    if (c == '{' || c == '}') return ++at_, simple(c == '{' ? Kind::open : Kind::close);
    if (c == '\\') {
      ++at_;
      const Token token = control();
      if (token.kind != Kind::end || at_ >= rtf_.size()) return token;
      continue;
    }
    Token token = simple(Kind::text);
    const size_t end = std::min(rtf_.find_first_of(kSpecial, at_), rtf_.size());
    token.text = rtf_.substr(at_, end - at_);
    at_ = end;
    return token;
  }
  return {};
}

// Kind::end: it was nothing.
Token Tokenizer::control() {
  if (at_ >= rtf_.size()) return {};
  const unsigned char c = byte_at(rtf_, at_);
  if (is_letter(c)) return word();
  ++at_;
  if (c == '\r' || c == '\n') return simple(Kind::symbol, '\n');
  if (c != '\'') return simple(Kind::symbol, c);
  const int high = hex_digit(byte_at(rtf_, at_)), low = hex_digit(byte_at(rtf_, at_ + 1));
  if (high < 0 || low < 0) return {};
  at_ += 2;
  return simple(Kind::hex, static_cast<unsigned char>(high << 4 | low));
}

Token Tokenizer::word() {
  Token token = simple(Kind::word);
  const size_t start = at_;
  while (is_letter(byte_at(rtf_, at_))) ++at_;
  token.text = rtf_.substr(start, at_ - start);
  const bool negative = byte_at(rtf_, at_) == '-';
  size_t digits = at_ + (negative ? 1 : 0);
  for (; is_digit(byte_at(rtf_, digits)); ++digits) {
    token.has_number = true;
    token.number = std::min(kLargest, token.number * 10 + (rtf_[digits] - '0'));
  }
  if (token.has_number) at_ = digits;
  if (negative) token.number = -token.number;
  if (byte_at(rtf_, at_) == ' ') ++at_;
  return token.text == "bin" ? binary(token.number) : token;
}

Token Tokenizer::binary(int64_t count) {
  Token token = simple(Kind::binary);
  const size_t left = rtf_.size() - at_;
  const uint64_t wanted = static_cast<uint64_t>(std::max<int64_t>(count, 0));
  token.cut_short = wanted > left;
  token.text = rtf_.substr(at_, std::min<uint64_t>(wanted, left));
  at_ += token.text.size();
  return token;
}

}  // namespace mugai::sanitize::rtf
