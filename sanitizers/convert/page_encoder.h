// One page of pixels as it goes into a PDF: grey when it has no colour, one bit a pixel when it is black and white, and
// compressed without loss or as JPEG, whichever is smaller. Pure.
#pragma once

#include <optional>

#include "sanitizers/convert/pixmap_reader.h"

namespace mugai::sanitize {

struct EncodedPage {
  uint32_t width = 0, height = 0;
  int bits = 8, bands = 3;
  bool jpeg = false;     // otherwise zlib's format (FlateDecode)
  std::string bytes;
};

struct PageInk {
  bool grey = true, bilevel = true, uniform = true;
};
PageInk ink_of(const Pixmap& page);   // of 8 bits

// Nothing: memory failed.
std::optional<EncodedPage> encode_page(const Pixmap& page, const PageInk& ink);

}  // namespace mugai::sanitize
