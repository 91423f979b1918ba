// Walks a text file as UTF-8, a megabyte of whole lines at a time, and writes it back in the charset and with
// the byte order mark that it came in: a CSV of 80 MB needs no 80 MB of memory, and Excel in Japan still gets
// its Shift_JIS. Charsets with states or wide units (ISO-2022-JP, UTF-16) are taken in one piece, up to a
// limit.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct TextChunks {
  enum class End { done, too_large, not_text, mixed_charsets, sink_failed } end = End::done;
  std::string charset;           // what it was read as
  bool charset_changed = false;  // written as UTF-8, since a character has no place in the old charset
  bool replaced = false;         // some bytes made no sense and became U+FFFD
};

// `edit` gets each piece as valid UTF-8 and gives back what is to be written.
TextChunks edit_text(Bytes bytes, std::string_view declared_charset, size_t max_piece_bytes, Sink& out,
                     const std::function<std::string(std::string)>& edit);

}  // namespace mugai::sanitize
