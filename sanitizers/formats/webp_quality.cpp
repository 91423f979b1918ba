// estimate_webp_quality() of image_facts.h: the quantiser in the header of a VP8 key frame (RFC 6386,
// sections 9.2 to 9.6 and 7.3), turned back into the quality that libwebp made it from.
#include <algorithm>
#include <array>
#include <cmath>

#include "sanitizers/formats/image_facts.h"

namespace mugai::sanitize {
namespace {

// Bits of equal probability from the arithmetic coder, bit by bit, which is enough for a header.
class HeaderBits {
 public:
  explicit HeaderBits(Bytes bytes) : bytes_(bytes), value_(byte_at(bytes, 0) << 8 | byte_at(bytes, 1)) {}

  unsigned bit() {
    const unsigned split = 1 + ((range_ - 1) * 128 >> 8);
    const bool one = value_ >= split << 8;
    if (one) value_ -= split << 8;
    range_ = one ? range_ - split : split;
    while (range_ < 128) {
      value_ = value_ << 1 | ((byte_at(bytes_, next_ / 8) >> (7 - next_ % 8)) & 1u);
      range_ <<= 1;
      ++next_;
    }
    return one;
  }
  unsigned literal(int bits) {
    unsigned value = 0;
    for (int i = 0; i < bits; ++i) value = value << 1 | bit();
    return value;
  }
  int optional_signed(int bits) {
    if (!bit()) return 0;
    const int value = static_cast<int>(literal(bits));
    return bit() ? -value : value;
  }

 private:
  Bytes bytes_;
  unsigned value_, range_ = 255;
  size_t next_ = 16;
};

}  // namespace

int estimate_webp_quality(Bytes frame) {
  constexpr size_t kFrameHeader = 10;  // tag, start code, two dimensions
  constexpr int kUnknown = 80;
  if (frame.size() <= kFrameHeader || slice(frame, 3, 3) != "\x9d\x01\x2a") return kUnknown;
  HeaderBits bits(frame.substr(kFrameHeader));
  bits.literal(2);  // colour space, clamping
  std::array<int, 4> segments{};
  bool segmented = false, absolute = false;
  if (bits.bit()) {
    const bool map = bits.bit(), data = bits.bit();
    if (data) {
      segmented = true;
      absolute = bits.bit();
      for (int& segment : segments) segment = bits.optional_signed(7);
      for (int i = 0; i < 4; ++i) bits.optional_signed(6);  // strength of the filter
    }
    for (int i = 0; map && i < 3; ++i)
      if (bits.bit()) bits.literal(8);
  }
  bits.literal(1 + 6 + 3);  // kind, level and sharpness of the filter
  if (bits.bit() && bits.bit())
    for (int i = 0; i < 8; ++i) bits.optional_signed(6);  // changes of the filter
  bits.literal(2);                                        // partitions
  const int base = static_cast<int>(bits.literal(7));
  // libwebp gives segments of much detail a coarser quantiser than was asked for, and plain ones a finer one:
  // what was asked for lies between the two finest.
  std::sort(segments.begin(), segments.end());
  const int finest = (segments[0] + segments[1]) / 2;
  const int index = !segmented ? base : absolute ? finest : base + finest;
  // libwebp: index = 127 * (1 - cbrt(linear)), where linear is 2/3 of the quality below 75 and twice what is
  // above 50 beyond.
  const double root = 1 - std::clamp(index, 0, 127) / 127.0, linear = root * root * root;
  const double quality = linear < 0.5 ? linear * 1.5 : (linear + 1) / 2;
  return std::clamp(static_cast<int>(std::lround(quality * 100)), 20, 100);
}

}  // namespace mugai::sanitize
