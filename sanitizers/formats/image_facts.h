// What the container of a picture says beside its pixels: how much metadata, whether something follows the
// end, and how it was compressed, so that our copy is neither larger nor worse. Walks markers and chunks;
// decodes nothing. Pure, linear, every read bounds-checked.
#pragma once

#include <cstdint>

#include "config/base/bytes.h"
#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

struct ImageFacts {
  uint64_t metadata = 0;        // blocks of EXIF, XMP, comments, text, thumbnails, private data
  bool broken = false;             // a length that points outside of the file: decoders allocate what it says
  bool trailing_data = false;   // bytes after the end of the picture
  bool animation_lost = false;  // animated PNG: we write its first frame
  int jpeg_quality = 0;         // estimated from the quantisation table; 0: not a JPEG
  bool jpeg_subsampled = true;  // chroma at half resolution
  bool webp_lossless = false;
  bool png_palette = false;
  int bits = 8;              // of a grey or palette sample
  int tiff_compression = 0;  // TIFF tag 259
  bool raw_photo = false;    // a camera's raw file: what we can decode of it is a thumbnail
};

ImageFacts image_facts(Bytes bytes, const Type& type);

}  // namespace mugai::sanitize
