#include "sanitizers/convert/page_picture.h"

#include <limits>

#include "sanitizers/convert/page_units.h"
#include "sanitizers/convert/pixmap_reader.h"
#include "sanitizers/formats/png_writer.h"

namespace mugai::sanitize {

namespace {

constexpr uint64_t kMostPixels = 36'000'000;    // some A0

class PixmapRows : public RowSource {
 public:
  explicit PixmapRows(const Pixmap& pixmap) : pixmap_(pixmap), layout_{pixmap.width, pixmap.height, pixmap.bands, 1} {}
  const PixelLayout& layout() const override { return layout_; }
  const uint8_t* next() override {
    const Bytes row = slice(pixmap_.pixels, row_++ * layout_.row_bytes(), layout_.row_bytes());
    return row.size() == layout_.row_bytes() ? reinterpret_cast<const uint8_t*>(row.data()) : nullptr;
  }

 private:
  const Pixmap& pixmap_;
  PixelLayout layout_;
  size_t row_ = 0;
};

bool encode(const Pixmap& page, Sink& out) {
  if (page.bits != 8) return false;
  return write_png([&] { return std::make_unique<PixmapRows>(page); }, PngStyle{true, 8, false, 6}, Resolution{}, out) == WriteError::none;
}

}  // namespace

uint32_t count_pages(Bytes pdf) {
  const auto units = page_units(pdf);
  return units && units->size() < std::numeric_limits<uint32_t>::max() ? static_cast<uint32_t>(units->size()) : 0;
}

Converted draw_page(Bytes pdf, uint32_t page, uint32_t dpi, Converter& converter, Sink& out) {
  size_t count = 0;
  bool encoded = false;
  PixmapReader reader(kMostPixels, [&](Pixmap& pixmap) {
    encoded = count++ == 0 && encode(pixmap, out);
    return encoded;
  });
  const Converted how = converter.convert(Conversion::pages(page, page, dpi), pdf, std::numeric_limits<uint64_t>::max(), reader);
  if (how != Converted::ok) return how == Converted::sink_failed ? Converted::failed : how;
  return encoded && count == 1 && reader.at_end_of_one() ? Converted::ok : Converted::failed;
}

}  // namespace mugai::sanitize
