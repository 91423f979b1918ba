// Writes a PDF of ours in which every page is one picture, page by page into a sink: nothing is kept but the places of its
// objects. On demand a page also carries its words, invisible (render mode 3), in a font that is not embedded and a map
// from its codes to Unicode, so that the document can be searched. The same input gives the same bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sanitizers/convert/page_encoder.h"
#include "sanitizers/convert/page_words.h"

namespace mugai::sanitize {

class ImagePdf {
 public:
  ImagePdf(Sink& out, bool with_text) : out_(out), with_text_(with_text) {}

  // Width and height in points; `words` in the same points. False: the sink failed.
  [[nodiscard]] bool add_page(const EncodedPage& page, double width, double height, const std::vector<Word>& words);
  [[nodiscard]] bool finish();
  uint64_t written() const { return written_; }

 private:
  [[nodiscard]] bool put(Bytes bytes);
  [[nodiscard]] bool begin_object(size_t number);
  [[nodiscard]] bool add_object(size_t number, Bytes content);
  [[nodiscard]] bool add_stream(size_t number, const std::string& dictionary, Bytes data);
  [[nodiscard]] bool add_font();
  std::string text_of(const std::vector<Word>& words, double height);
  std::string codes_of(std::string_view utf8, size_t& count);

  Sink& out_;
  bool with_text_;
  uint64_t written_ = 0;
  std::vector<uint64_t> places_;              // of object i + 1; 0: not written yet
  std::vector<size_t> pages_;
  std::map<char32_t, uint16_t> beyond_;       // characters beyond the basic plane and the codes they got
};

}  // namespace mugai::sanitize
