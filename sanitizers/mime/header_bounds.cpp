#include "sanitizers/mime/header_bounds.h"

#include <algorithm>

namespace mugai::sanitize {

namespace {

// Nobody writes so many; 100,000 colons fill an ordinary stack.
constexpr size_t kMaxAddressColons = 2'000;   // in one field
constexpr size_t kMaxParameters = 100'000;    // in the whole message

enum class Kind { other, addresses, parameters };

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_field(Bytes line, std::string_view name) {
  if (!equals_ignoring_case(line.substr(0, name.size()), name)) return false;
  size_t at = name.size();
  while (at < line.size() && is_blank(line[at])) ++at;
  return byte_at(line, at) == ':';
}

Kind kind_of(Bytes line) {
  if (line.empty()) return Kind::other;
  for (const std::string_view name : {"content-type", "content-disposition"})
    if (ascii_lower(line[0]) == name[0] && is_field(line, name)) return Kind::parameters;
  if (line.size() > 7 && equals_ignoring_case(line.substr(0, 7), "resent-")) line.remove_prefix(7);
  for (const std::string_view name : {"to", "cc", "bcc", "from", "sender", "reply-to"})
    if (ascii_lower(line[0]) == name[0] && is_field(line, name)) return Kind::addresses;
  return Kind::other;
}

size_t count_of(Bytes line, char c) { return static_cast<size_t>(std::count(line.begin(), line.end(), c)); }

}  // namespace

bool is_fit_for_gmime(Bytes message, const Limits& limits) {
  Kind kind = Kind::other;
  size_t colons = 0, parameters = 0;
  bool in_first_header = true;
  for (size_t at = 0; at < message.size();) {
    size_t end = message.find('\n', at);
    if (end == Bytes::npos) end = message.size();
    const Bytes line = message.substr(at, end - at);
    if (in_first_header && end > limits.max_header_bytes && at > 0) return false;
    if (line.empty() || line == "\r") in_first_header = false;
    at = end + 1;
    if (line.empty() || !is_blank(line[0])) {
      kind = kind_of(line);
      colons = 0;
    }
    if (kind == Kind::addresses && (colons += count_of(line, ':')) > kMaxAddressColons) return false;
    if (kind == Kind::parameters && (parameters += count_of(line, ';')) > kMaxParameters) return false;
  }
  return true;
}

}  // namespace mugai::sanitize
