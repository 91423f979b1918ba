// The text of a document, line by line in reading order, with marks where sheets and slides begin: what method 1 leaves of it.
// Fed by a reader of the format; written out as one text file. Owns what it is given; bounded.
#pragma once

#include <string>
#include <string_view>

#include "sanitizers/format.h"

namespace mugai::sanitize {

class TextLines {
 public:
  explicit TextLines(uint64_t max_bytes) : max_bytes_(max_bytes) {}

  void mark(std::string_view words);         // "--- words ---", with blank lines around it
  void text(std::string_view utf8);          // more of the line at hand; line ends in it are blanks
  void end_line();
  uint64_t room() const { return max_bytes_; }
  void give_up() { too_large_ = true; }      // there is more than that

  // Method 1 (see Format::to_text): UTF-8 with a byte order mark, CRLF, scrubbed.
  Outcome write(Sink& out, const Context& context);

 private:
  const uint64_t max_bytes_;
  std::string lines_, line_;
  bool has_words_ = false, too_large_ = false;
};

}  // namespace mugai::sanitize
