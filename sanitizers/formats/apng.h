// Animated PNG (APNG 1.0), which no decoder at hand reads: taken apart into one ordinary PNG a frame and put
// together again from frames that we wrote. Believes nothing: numbers out of order, frames outside of the
// picture or a first frame that is not the whole picture make it no animation, and then only the still
// picture leaves. Pure but for the sink.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct ApngFrame {
  uint32_t width = 0, height = 0, x = 0, y = 0;
  uint16_t delay = 0, delay_unit = 0;
  uint8_t dispose = 0, blend = 0;
  std::vector<Bytes> data;  // compressed rows
};

struct Apng {
  uint32_t width = 0, height = 0, plays = 0;
  std::vector<ApngFrame> frames;
  Bytes header;               // of IHDR
  std::vector<Bytes> shared;  // whole chunks that every frame needs: palette, transparency, colours

  uint64_t pixels() const;
  std::string still(size_t frame) const;  // as an ordinary PNG
};

// Empty when there is no animation that could be written.
std::optional<Apng> read_apng(Bytes png, uint32_t max_frames);

// Puts frames, which are PNGs of ours in the order of `plan`, together. False when the sink fails or they do
// not fit together.
class ApngWriter {
 public:
  ApngWriter(const Apng& plan, Sink& out) : plan_(plan), out_(out) {}
  [[nodiscard]] bool add_frame(Bytes png);

 private:
  [[nodiscard]] bool chunk(std::string_view name, const std::string& body);
  std::string control(const ApngFrame& frame);

  const Apng& plan_;
  Sink& out_;
  std::string kind_;  // bit depth and colour type of the first frame
  uint32_t sequence_ = 0;
  size_t added_ = 0;
};

}  // namespace mugai::sanitize
