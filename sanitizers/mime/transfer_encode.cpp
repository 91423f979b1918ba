#include <algorithm>
#include <array>
#include <cstring>

#include "sanitizers/mime/buffered_sink.h"
#include "sanitizers/mime/transfer.h"

namespace mugai::sanitize {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kHex[] = "0123456789ABCDEF";

// Two output characters for each 12 bits of input.
constexpr std::array<std::array<char, 2>, 4096> make_pairs() {
  std::array<std::array<char, 2>, 4096> pairs{};
  for (size_t i = 0; i < 4096; ++i) pairs[i] = {kAlphabet[i >> 6], kAlphabet[i & 63]};
  return pairs;
}
constexpr auto kPairs = make_pairs();

constexpr size_t kLineBytes = 57;  // make 76 characters

char* encode_groups(const char* from, size_t groups, char* to) {
  for (size_t i = 0; i < groups; ++i, from += 3, to += 4) {
    const auto byte = [&](size_t place) {
      return static_cast<uint32_t>(static_cast<unsigned char>(from[place]));
    };
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
    const uint32_t group = static_cast<uint32_t>(byte_at(bytes, i)) << 16 |
                           static_cast<uint32_t>(byte_at(bytes, i + 1)) << 8 | byte_at(bytes, i + 2);
    line += {kPairs[group >> 12].data(), 2};
    const size_t left = bytes.size() - i;
    line += left > 1 ? kAlphabet[group >> 6 & 63] : '=';
    line += left > 2 ? kAlphabet[group & 63] : '=';
  }
  return line + "\r\n";
}

}  // namespace

bool Base64Encoder::encode(Bytes chunk, Sink& sink) {
  BufferedSink out(sink);
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

}  // namespace mugai::sanitize
