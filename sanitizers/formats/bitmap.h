// Windows bitmaps and icons (BMP, ICO, CUR) to pixels. Our own, because libvips reads them only by way of
// ImageMagick, which stays locked out. Covers what Windows writes: 1 to 32 bits, RLE, bit fields, icons with
// a mask or a PNG inside. Checks sizes against the limit before it allocates; a short file is an error, never
// half a picture. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct Bitmap {
  uint32_t width = 0, height = 0;
  int bands = 3;       // 3: RGB, 4: RGBA
  std::string pixels;  // width * height * bands, top row first
};

enum class BitmapError { none, broken, too_large };

BitmapError decode_bmp(Bytes bytes, uint64_t max_pixels, Bitmap& out);

// The largest picture of an icon. When it is a PNG, its bytes are given back in `png` and `out` stays empty.
BitmapError decode_ico(Bytes bytes, uint64_t max_pixels, Bitmap& out, Bytes& png);

}  // namespace mugai::sanitize
