// Writes a JPEG with the quantisation tables and the sampling of another one: encoded like this, pixels that
// came from a JPEG fall on the coefficients they came from, so that the copy looks the same, is as large, and
// a copy of the copy is the copy again. Around libjpeg; only numbers are taken from the
// original.
#pragma once

#include <array>
#include <cstdint>

#include "config/base/bytes.h"
#include "sanitizers/formats/image_rows.h"

namespace mugai::sanitize {

struct JpegStyle {
  using Table = std::array<uint16_t, 64>;  // rows of eight, not in zigzag order
  std::array<Table, 2> tables{};           // luminance and chrominance; zeros: by `quality`
  int quality = 88;                        // when there are no tables
  int horizontal = 2, vertical = 2;        // luminance samples for one of chrominance: 1, 2 or 4
  bool progressive = false;
  bool optimised = true;  // Huffman tables made for this picture
  bool forgiving = false;  // when copying: data that is missing is made up, as readers do

  bool has_tables() const { return tables[0][0] != 0 && tables[1][0] != 0; }
  JpegStyle transposed() const;  // for a picture that is turned by a quarter
};

enum class WriteError { none, source, sink };

// Writes the coefficients of `jpeg` anew, without going by way of pixels, which would round them: its tables, scans and
// markers are ours, the picture is the same to the last bit. For a picture that has nothing else to lose; a damaged one
// is an error of the source. Not for more pixels than is_affordable_copy().
WriteError copy_jpeg(Bytes untrusted_jpeg, const JpegStyle& style, const Resolution& resolution, Sink& out);
bool is_affordable_copy(uint64_t pixels, const JpegStyle& style);

// Three bands or one, one byte a sample.
WriteError write_jpeg(RowSource& rows, const JpegStyle& style, const Resolution& resolution, Sink& out);

}  // namespace mugai::sanitize
