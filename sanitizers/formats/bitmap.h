// Windows bitmaps and icons (BMP, ICO, CUR) as rows of pixels. Our own, because libvips reads them only by
// way of ImageMagick, which stays locked out. Covers what Windows writes: 1 to 32 bits, RLE, bit fields,
// icons with a mask or a PNG inside. Checks sizes against the limit before it allocates; a short file is an
// error, never half a picture. Rows are decoded when they are asked for; only run-length pictures are
// unpacked beforehand, to one byte a pixel. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "config/base/bytes.h"
#include "sanitizers/formats/image_rows.h"

namespace mugai::sanitize {

enum class BitmapError { none, broken, too_large };

struct OpenedBitmap {
  BitmapError error = BitmapError::broken;
  std::unique_ptr<RowSource> rows;  // looks into the bytes that it was opened with
  bool few_colours = false;         // has a palette
  Resolution resolution;
};

OpenedBitmap open_bmp(Bytes bytes, uint64_t max_pixels);

// The largest picture of an icon. When it is a PNG, its bytes are given back in `png` and there are no rows.
OpenedBitmap open_ico(Bytes bytes, uint64_t max_pixels, Bytes& png);

}  // namespace mugai::sanitize
