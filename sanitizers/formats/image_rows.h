// Pixels, one row after the other, from whatever decoder has them to whatever encoder wants them: no picture
// is ever held whole on our side. A source gives each row once, from the top; a row is valid until the next
// one is asked for. Null means that the rest cannot be decoded, and then nothing of the picture may be used.
// One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace mugai::sanitize {

struct PixelLayout {
  uint32_t width = 0, height = 0;
  int bands = 3;             // 1: grey, 2: grey and alpha, 3: RGB, 4: RGB and alpha
  int bytes_per_sample = 1;  // 2: host byte order

  size_t row_bytes() const { return size_t{width} * static_cast<size_t>(bands * bytes_per_sample); }
};

class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual const PixelLayout& layout() const = 0;
  virtual const uint8_t* next() = 0;
};

// Encoders that need to see the pixels twice open them twice.
using OpenRows = std::function<std::unique_ptr<RowSource>()>;

// Dots per inch, for those who print faxes and scans; 0: not known.
struct Resolution {
  double x = 0, y = 0;
  bool known() const { return x >= 1 && y >= 1 && x <= 20'000 && y <= 20'000; }
};

}  // namespace mugai::sanitize
