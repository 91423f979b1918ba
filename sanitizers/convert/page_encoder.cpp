#include "sanitizers/convert/page_encoder.h"

#include <zlib.h>

#include "sanitizers/formats/jpeg_writer.h"

namespace mugai::sanitize {

namespace {

constexpr int kJpegQuality = 85;
constexpr int kFlateLevel = 6;

class PixelRows : public RowSource {
 public:
  PixelRows(Bytes pixels, uint32_t width, uint32_t height, int bands) : pixels_(pixels) {
    layout_.width = width;
    layout_.height = height;
    layout_.bands = bands;
  }
  const PixelLayout& layout() const override { return layout_; }
  const uint8_t* next() override {
    const Bytes row = slice(pixels_, at_, layout_.row_bytes());
    if (row.size() < layout_.row_bytes()) return nullptr;
    at_ += row.size();
    return reinterpret_cast<const uint8_t*>(row.data());
  }

 private:
  Bytes pixels_;
  PixelLayout layout_;
  size_t at_ = 0;
};

std::string grey_of(const Pixmap& page) {
  std::string out;
  out.reserve(page.pixels.size() / 3);
  for (size_t i = 0; i < page.pixels.size(); i += 3) out.push_back(page.pixels[i]);
  return out;
}

// In a PDF the highest value of a sample is white.
std::string bits_of(Bytes grey, uint32_t width, uint32_t height) {
  const size_t row_bytes = (size_t{width} + 7) / 8;
  std::string out(row_bytes * height, '\0');
  for (size_t y = 0; y < height; ++y)
    for (size_t x = 0; x < width; ++x)
      if (byte_at(grey, y * width + x) != 0) out[y * row_bytes + x / 8] |= static_cast<char>(0x80 >> (x % 8));
  return out;
}

bool deflate_all(Bytes bytes, std::string& out) {
  uLongf size = compressBound(bytes.size());
  out.resize(size);
  const int done = compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), kFlateLevel);
  out.resize(done == Z_OK ? size : 0);
  return done == Z_OK;
}

}  // namespace

PageInk ink_of(const Pixmap& page) {
  PageInk ink;
  const auto* at = reinterpret_cast<const uint8_t*>(page.pixels.data());
  const size_t bands = static_cast<size_t>(page.bands);
  const uint8_t* const first = at;
  for (const uint8_t* const end = at + page.pixels.size(); at != end; at += bands) {
    if (bands == 3 && (at[0] != at[1] || at[0] != at[2])) ink.grey = false;
    if (at[0] != 0 && at[0] != 255) ink.bilevel = false;
    if (at[0] != first[0] || (bands == 3 && (at[1] != first[1] || at[2] != first[2]))) ink.uniform = false;
    if (!ink.grey && !ink.uniform) break;
  }
  ink.bilevel = ink.bilevel && ink.grey;
  return ink;
}

std::optional<EncodedPage> encode_page(const Pixmap& page, const PageInk& ink) {
  EncodedPage out;
  out.width = page.width;
  out.height = page.height;
  const bool turn_grey = ink.grey && page.bands == 3;
  const std::string grey = turn_grey ? grey_of(page) : std::string();
  const Bytes pixels = turn_grey ? Bytes(grey) : Bytes(page.pixels);
  out.bands = turn_grey ? 1 : page.bands;
  if (ink.bilevel) {
    out.bits = 1;
    return deflate_all(bits_of(pixels, page.width, page.height), out.bytes) ? std::optional(std::move(out)) : std::nullopt;
  }
  if (!deflate_all(pixels, out.bytes)) return std::nullopt;
  StringSink jpeg;
  JpegStyle style;
  style.quality = kJpegQuality;
  PixelRows rows(pixels, page.width, page.height, out.bands);
  if (write_jpeg(rows, style, {}, jpeg) != WriteError::none) return std::nullopt;
  if (jpeg.text.size() < out.bytes.size()) {
    out.jpeg = true;
    out.bytes = std::move(jpeg.text);
  }
  return out;
}

}  // namespace mugai::sanitize
