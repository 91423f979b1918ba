#include "smtp/content_facts.h"

#include <cstring>

namespace mugai::smtp {
namespace {

bool has_high_byte(Bytes bytes) {
  size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    if (word & 0x8080808080808080u) return true;
  }
  for (; at < bytes.size(); ++at)
    if (byte_at(bytes, at) >= 0x80) return true;
  return false;
}

bool has_bare_newline(Bytes bytes) {
  size_t line = 0;
  for (;;) {
    const size_t cr = bytes.find('\r', line);
    if (slice(bytes, line, cr == Bytes::npos ? cr : cr - line).find('\n') != Bytes::npos) return true;
    if (cr == Bytes::npos) return false;
    if (byte_at(bytes, cr + 1) != '\n') return true;
    line = cr + 2;
  }
}

}  // namespace

ContentFacts examine_content(Bytes message) {
  const size_t header_end = message.substr(0, 2) == "\r\n" ? 0 : message.find("\r\n\r\n");
  const Bytes header = message.substr(0, header_end);
  ContentFacts facts;
  facts.eight_bit_header = has_high_byte(header);
  facts.eight_bit = facts.eight_bit_header || has_high_byte(slice(message, header.size()));
  facts.bare_newline = has_bare_newline(message);
  return facts;
}

}  // namespace mugai::smtp
