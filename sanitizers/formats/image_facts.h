// What the container of a picture says beside its pixels: what metadata it carries, whether something follows
// the end, how it was compressed, so that our copy is neither larger nor worse, and what decoding it would
// cost. Walks markers, chunks and directories; decodes nothing. Pure, linear, every read bounds-checked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "sanitizers/detect/type.h"
#include "sanitizers/formats/image_rows.h"
#include "sanitizers/formats/jpeg_writer.h"
#include "sanitizers/report.h"

namespace mugai::sanitize {

struct TiffPage {
  uint64_t width = 0, height = 0;
  int bits = 8, samples = 1, photometric = 1, compression = 1;
  bool predictor = false;
  bool subsampled = false;  // a JPEG whose colour is at half resolution
  int jpeg_quality = 90;
  Resolution resolution;
  uint32_t directory = 0;  // where it stands
  size_t next_at = 0;      // where it names the one of the next page
};

struct ImageFacts {
  // Blocks that do not leave.
  uint64_t metadata = 0;  // EXIF, XMP, IPTC, private data
  uint64_t comments = 0, thumbnails = 0, locations = 0;
  bool trailing_data = false;   // bytes after the end of the picture
  bool animated = false;        // a PNG that says so
  bool animation_lost = false;  // of which only the still picture is written

  bool broken = false;         // a length that points outside of the file, a loop: decoders believe them
  bool too_complex = false;    // takes a decoder far longer than its size says
  bool raw_photo = false;      // a camera's raw file: what we can decode of it is a thumbnail
  uint64_t decoder_bytes = 0;  // that a decoder holds at once, where that is more than a few rows

  Resolution resolution;
  bool turned = false;  // by a quarter, when shown
  JpegStyle jpeg;
  bool jpeg_plain = false;  // a JPEG of the usual build: JFIF, grey or YCbCr, no colour profile
  bool webp_lossless = false, webp_alpha = false;
  int webp_quality = 80;
  bool png_palette = false;
  bool png_tight = false;    // its writer took its time to make it small
  int bits = 8;                 // of a grey sample
  std::vector<TiffPage> pages;  // of a TIFF
};

ImageFacts image_facts(Bytes bytes, const Type& type, uint32_t max_pages);

// Counts what an EXIF block has, which begins as a TIFF does.
void add_exif(ImageFacts& facts, Bytes exif);
// Counts an XMP packet.
void add_xmp(ImageFacts& facts, Bytes xmp);

// For the report: what of it the copy does not have.
std::vector<Removed> removed_of(const ImageFacts& facts);

// The parts of image_facts(), each in a file of its own.
void read_jpeg_facts(ImageFacts& facts, Bytes jpeg);
void read_tiff_facts(ImageFacts& facts, Bytes tiff, uint32_t max_pages);
int estimate_webp_quality(Bytes vp8_frame);

constexpr uint64_t kGifBytesPerPixel = 16;   // that a decoder and an encoder of one frame hold

// Cameras and scanners pad with zeros; that hides nothing.
bool is_padding(Bytes tail);

}  // namespace mugai::sanitize
