// The lines of a uuencoded file (POSIX uuencode). For the transfer decoder and for finding such files inside
// text. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mugai::sanitize {

// A uuencoded line is a length, at most 60 digits and perhaps a checksum; what is longer is none.
inline constexpr size_t kMaxUuLine = 256;

// "begin 644 name", without its line end. `name` is set when it is one.
bool is_uu_begin(std::string_view line, std::string_view& name);

// Decodes one data line; false when it is none. Mailers strip blanks from line ends, so missing digits count
// as 0.
bool decode_uu_line(std::string_view line, std::string& out);

std::string_view without_cr(std::string_view line);

}  // namespace mugai::sanitize
