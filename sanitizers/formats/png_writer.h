// Writes a PNG, row by row, of the kind that it came from: what had a palette gets one of its own colours
// again, few grey levels stay in few bits, 16 bits stay 16. Around libpng; writes no chunk but IHDR, PLTE,
// tRNS, pHYs, IDAT, IEND.
#pragma once

#include "config/base/bytes.h"
#include "sanitizers/formats/image_rows.h"
#include "sanitizers/formats/jpeg_writer.h"

namespace mugai::sanitize {

struct PngStyle {
  bool palette = false;  // if there are 256 colours or fewer; looks at all pixels beforehand
  int grey_bits = 8;     // 1, 2, 4 or 8 for pictures of one band
  bool filtered = true;  // rows as differences: good for photographs, bad for drawings
  int effort = 6;        // of zlib, 1 to 9
};

WriteError write_png(const OpenRows& open, const PngStyle& style, const Resolution& resolution, Sink& out);

}  // namespace mugai::sanitize
