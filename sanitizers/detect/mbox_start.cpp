#include "sanitizers/detect/mbox_start.h"

#include <algorithm>

namespace mugai::sanitize {
namespace {

constexpr std::string_view kFrom = "From ";
constexpr size_t kMaxFromLine = 400;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "10:00" and "2026" somewhere, as asctime writes them.
bool has_time_and_year(Bytes line) {
  bool time = false, year = false;
  for (size_t i = 0; i + 5 <= line.size(); ++i) {
    time |= is_digit(line[i]) && is_digit(line[i + 1]) && line[i + 2] == ':' && is_digit(line[i + 3]) &&
            is_digit(line[i + 4]);
    year |= line[i] == ' ' && is_digit(line[i + 1]) && is_digit(line[i + 2]) && is_digit(line[i + 3]) &&
            is_digit(line[i + 4]);
  }
  return time && year;
}

bool is_field(Bytes line) {
  const size_t colon = line.find(':');
  return colon != Bytes::npos && colon > 0 &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return c > ' ' && static_cast<unsigned char>(c) < 0x7F; });
}

Bytes line_at(Bytes text, size_t at) {
  const Bytes rest = slice(text, at, kMaxFromLine);
  return rest.substr(0, rest.find('\n'));
}

}  // namespace

bool is_mbox_start(Bytes text, size_t at) {
  if (slice(text, at, kFrom.size()) != kFrom) return false;
  const Bytes line = line_at(text, at);
  return line.size() < kMaxFromLine && has_time_and_year(line) && is_field(line_at(text, at + line.size() + 1));
}

}  // namespace mugai::sanitize
