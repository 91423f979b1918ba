#include "smtp/reply.h"

#include <algorithm>

namespace mugai::smtp {
namespace {

constexpr size_t kMaxLineText =
    480;  // with code, enhanced code and CRLF within the 512 of RFC 5321 §4.5.3.1.5

std::string clean_line(std::string_view text) {
  std::string clean(text.substr(0, kMaxLineText));
  for (char& c : clean)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return clean;
}

}  // namespace

std::string to_wire(const Reply& reply) {
  std::string wire;
  std::string_view rest = reply.text;
  for (;;) {
    const size_t end = rest.find('\n');
    wire += std::to_string(reply.code);
    wire += end == std::string_view::npos ? ' ' : '-';
    if (!reply.enhanced.empty()) {
      wire += reply.enhanced;
      wire += ' ';
    }
    wire += clean_line(rest.substr(0, end));
    wire += "\r\n";
    if (end == std::string_view::npos) return wire;
    rest.remove_prefix(end + 1);
  }
}

std::string to_line(const Reply& reply) {
  std::string line = std::to_string(reply.code) + ' ';
  if (!reply.enhanced.empty()) line += reply.enhanced + ' ';
  std::string text = reply.text;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return line + clean_line(text);
}

}  // namespace mugai::smtp
