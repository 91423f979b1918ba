// Reads the pixmaps that a converter writes, one after the other (P4, P5 and P6 of 8 bits), and hands on each when it is
// whole. The stream is untrusted: sizes are bounded, anything unexpected ends it. Holds one page of pixels.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct Pixmap {
  uint32_t width = 0, height = 0;
  int bits = 8;      // 1: eight pixels a byte, the leftmost in the highest bit, 1 is black, rows begin at bytes
  int bands = 3;     // 1: grey, 3: RGB
  std::string pixels;

  size_t row_bytes() const { return bits == 1 ? (size_t{width} + 7) / 8 : size_t{width} * static_cast<size_t>(bands); }
};

class PixmapReader : public Sink {
 public:
  // `take` gets each; its false ends the reading.
  PixmapReader(uint64_t max_pixels, std::function<bool(Pixmap&)> take) : max_pixels_(max_pixels), take_(std::move(take)) {}

  [[nodiscard]] bool write(Bytes untrusted) override;

  bool at_end_of_one() const { return !damaged_ && header_.empty() && !in_pixels_; }   // nothing is half read
  bool damaged() const { return damaged_; }

 private:
  enum class Header { wanting, complete, wrong };
  Header read_header();

  uint64_t max_pixels_;
  std::function<bool(Pixmap&)> take_;
  std::string header_;
  Pixmap pixmap_;
  size_t wanted_ = 0;
  bool in_pixels_ = false, damaged_ = false;
};

}  // namespace mugai::sanitize
