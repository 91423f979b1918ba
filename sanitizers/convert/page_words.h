// Reads what pdftotext says about the words of pages (-bbox): sizes of pages, words with their boxes. Not as XML, which it
// is not when a document's text has control characters, but line by line, since that is how it is written. Untrusted:
// numbers and counts are bounded, words are scrubbed, lines that say something else are passed over.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct Word {
  float left = 0, top = 0, right = 0, bottom = 0;   // units from the upper left corner of the page as it is shown
  std::string text;                                 // UTF-8, scrubbed, not empty
};

struct PageWords {
  double width = 0, height = 0;   // units, before the page is turned
  double unit = 1;                // points; whoever knows it fills it in
  std::vector<Word> words;
};

class PageWordsReader : public Sink {
 public:
  explicit PageWordsReader(size_t max_pages) : max_pages_(max_pages) {}
  [[nodiscard]] bool write(Bytes untrusted) override;   // false: not what it should be, or too much
  [[nodiscard]] bool finish() const { return ended_ && !in_page_; }   // false: it ended early
  bool too_large() const { return too_large_; }

  std::vector<PageWords> pages;

 private:
  bool read_line(Bytes line);
  bool add_word(Bytes line);

  size_t max_pages_;
  std::string line_;
  uint64_t kept_bytes_ = 0;
  bool in_page_ = false, ended_ = false, too_large_ = false;
};

}  // namespace mugai::sanitize
