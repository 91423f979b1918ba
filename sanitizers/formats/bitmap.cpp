#include "sanitizers/formats/bitmap.h"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "sanitizers/little_endian.h"

namespace mugai::sanitize {
namespace {

constexpr uint32_t kMaxSide = 65'535;
enum Compression : uint32_t { kRgb = 0, kRle8 = 1, kRle4 = 2, kBitFields = 3, kAlphaBitFields = 6 };

struct Header {
  uint32_t size = 0, width = 0, height = 0, bits = 0, compression = kRgb, colours = 0;
  bool top_down = false;
  Resolution resolution;
  std::array<uint32_t, 4> masks{};  // red, green, blue, alpha
};

bool read_header(Bytes dib, Header& header) {
  header.size = u32(dib, 0);
  if (dib.size() < header.size || header.size < 12 || header.size > 256) return false;
  if (header.size == 12) {
    header.width = u16(dib, 4);
    header.height = u16(dib, 6);
    header.bits = u16(dib, 10);
    return true;
  }
  if (header.size < 16) return false;
  header.width = u32(dib, 4);
  header.height = u32(dib, 8);
  header.top_down = header.height >> 31;
  if (header.top_down) header.height = 0u - header.height;
  header.bits = u16(dib, 14);
  if (header.size >= 40) {
    header.compression = u32(dib, 16);
    header.colours = u32(dib, 32);
    header.resolution = {u32(dib, 24) * 0.0254, u32(dib, 28) * 0.0254};
  }
  return true;
}

// Reads `bits` of a pixel under a mask and spreads them over 0..255.
uint8_t masked(uint32_t pixel, uint32_t mask) {
  if (mask == 0) return 0;
  const int shift = std::countr_zero(mask);
  const uint64_t largest = mask >> shift;
  return static_cast<uint8_t>(((pixel & mask) >> shift) * uint64_t{255} / largest);
}

// The rows of one device-independent bitmap.
class BitmapRows : public RowSource {
 public:
  BitmapRows(Bytes dib, size_t pixels_at, const Header& header)
      : dib_(dib), at_(pixels_at), header_(header) {}

  // To be called once, before anything else.
  bool prepare() {
    if (!read_masks() || !read_palette()) return false;
    layout_ = {header_.width, header_.height, header_.masks[3] ? 4 : 3, 1};
    row_.resize(layout_.row_bytes());
    if (header_.compression == kRle8 || header_.compression == kRle4) return unpack_runs();
    if (header_.compression > kBitFields && header_.compression != kAlphaBitFields) return false;
    const uint32_t bits = header_.bits;
    if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) return false;
    stride_ = (size_t{header_.width} * bits + 31) / 32 * 4;
    return at_ <= dib_.size() && (dib_.size() - at_) / stride_ >= header_.height;
  }

  const PixelLayout& layout() const override { return layout_; }

  const uint8_t* next() override {
    if (y_ == header_.height) return nullptr;
    const size_t stored = header_.top_down ? y_ : header_.height - 1 - y_;
    ++y_;
    for (uint32_t x = 0; x < header_.width; ++x) decode_pixel(x, stored);
    return row_.data();
  }

  size_t end() const { return at_ + stride_ * header_.height; }

 private:
  bool read_masks() {
    const bool fields = header_.compression == kBitFields || header_.compression == kAlphaBitFields;
    if (header_.bits == 16)
      header_.masks = {0x7c00, 0x03e0, 0x001f, 0};
    else
      header_.masks = {0x00ff0000, 0x0000ff00, 0x000000ff, 0};
    if (!fields) return true;
    if (header_.bits != 16 && header_.bits != 32) return false;
    // From the V2 header on the masks are a part of it; before, they stand where the palette would.
    const size_t count = header_.size >= 56 || header_.compression == kAlphaBitFields ? 4 : 3;
    for (size_t i = 0; i < count; ++i) header_.masks[i] = u32(dib_, 40 + 4 * i);
    return true;
  }

  bool read_palette() {
    if (header_.bits > 8) return true;
    if (header_.bits != 1 && header_.bits != 4 && header_.bits != 8) return false;
    const size_t entry = header_.size == 12 ? 3 : 4, most = size_t{1} << header_.bits;
    const size_t count = header_.colours == 0 ? most : std::min<size_t>(header_.colours, most);
    for (size_t i = 0; i < count; ++i)
      for (size_t band = 0; band < 3; ++band)
        palette_[i][band] = byte_at(dib_, header_.size + i * entry + 2 - band);
    return true;
  }

  void decode_pixel(uint32_t x, size_t stored_row) {
    const uint32_t bits = header_.bits;
    uint8_t* to = row_.data() + size_t{x} * static_cast<size_t>(layout_.bands);
    if (bits <= 8) {
      unsigned index;
      if (indices_.empty()) {
        const size_t bit = size_t{x} * bits;
        index =
            byte_at(dib_, at_ + stored_row * stride_ + bit / 8) >> (8 - bits - bit % 8) & ((1u << bits) - 1);
      } else {
        index = indices_[stored_row * header_.width + x];
      }
      std::copy_n(palette_[index].data(), 3, to);
      return;
    }
    const size_t at = at_ + stored_row * stride_ + size_t{x} * bits / 8;
    const uint32_t value = bits == 16 ? u16(dib_, at) : bits == 24 ? u32(dib_, at) & 0xffffff : u32(dib_, at);
    for (int band = 0; band < layout_.bands; ++band)
      to[band] = masked(value, header_.masks[static_cast<size_t>(band)]);
  }

  // RLE4 and RLE8: pairs of count and value, with escapes for end of line, end of picture, a jump, or literal
  // pixels.
  bool unpack_runs() {
    const bool nibbles = header_.compression == kRle4;
    if (header_.bits != (nibbles ? 4u : 8u)) return false;
    indices_.assign(size_t{header_.width} * header_.height, 0);
    uint32_t x = 0, row = 0;
    while (at_ + 2 <= dib_.size()) {
      const uint8_t count = byte_at(dib_, at_), value = byte_at(dib_, at_ + 1);
      at_ += 2;
      if (count > 0) {
        for (uint8_t i = 0; i < count; ++i)
          put_run(x, row, nibbles ? (i & 1 ? value & 15 : value >> 4) : value);
      } else if (value == 0) {
        x = 0;
        ++row;
      } else if (value == 1) {
        return true;
      } else if (value == 2) {
        x += byte_at(dib_, at_);
        row += byte_at(dib_, at_ + 1);
        at_ += 2;
      } else {
        for (uint8_t i = 0; i < value; ++i) {
          const uint8_t byte = byte_at(dib_, at_ + (nibbles ? i / 2 : i));
          put_run(x, row, nibbles ? (i & 1 ? byte & 15 : byte >> 4) : byte);
        }
        const size_t bytes = nibbles ? (value + 1u) / 2 : value;
        at_ += bytes + (bytes & 1);
      }
    }
    return row + 1 >= header_.height;  // some writers leave out the end mark, none the last row
  }
  void put_run(uint32_t& x, uint32_t row, int index) {
    if (x < header_.width && row < header_.height)
      indices_[size_t{row} * header_.width + x] = static_cast<uint8_t>(index);
    if (x < kMaxSide) ++x;
  }

  Bytes dib_;
  size_t at_;
  Header header_;
  PixelLayout layout_;
  size_t stride_ = 0;
  uint32_t y_ = 0;
  std::vector<uint8_t> row_, indices_;  // of a run-length picture: one a pixel, as stored
  std::array<std::array<uint8_t, 3>, 256> palette_{};
};

BitmapError check_size(const Header& header, uint64_t max_pixels) {
  if (header.width == 0 || header.height == 0) return BitmapError::broken;
  if (header.width > kMaxSide || header.height > kMaxSide) return BitmapError::too_large;
  return static_cast<uint64_t>(header.width) * header.height > max_pixels ? BitmapError::too_large
                                                                          : BitmapError::none;
}

size_t palette_bytes(const Header& header) {
  if (header.bits > 8)
    return (header.compression == kBitFields || header.compression == kAlphaBitFields) && header.size == 40
               ? 12
               : 0;
  const size_t most = size_t{1} << header.bits;
  const size_t count = header.colours == 0 ? most : std::min<size_t>(header.colours, most);
  return count * (header.size == 12 ? 3 : 4);
}

// In an icon the height counts the picture and the mask below it. 32-bit pictures carry their own alpha.
class IconRows : public RowSource {
 public:
  IconRows(Bytes dib, const Header& header, std::unique_ptr<BitmapRows> picture)
      : dib_(dib),
        header_(header),
        picture_(std::move(picture)),
        layout_{header.width, header.height, 4, 1},
        row_(layout_.row_bytes()) {}

  const PixelLayout& layout() const override { return layout_; }

  const uint8_t* next() override {
    const uint8_t* colours = picture_->next();
    if (!colours) return nullptr;
    const size_t stored = header_.height - 1 - y_++,
                 mask = picture_->end() + stored * ((size_t{header_.width} + 31) / 32 * 4);
    const size_t own_alpha = picture_->end() - size_t{header_.width} * 4 * header_.height;
    for (uint32_t x = 0; x < header_.width; ++x) {
      std::copy_n(colours + size_t{x} * 3, 3, row_.data() + size_t{x} * 4);
      const bool masked_out = byte_at(dib_, mask + x / 8) >> (7 - x % 8) & 1;
      row_[size_t{x} * 4 + 3] = header_.bits == 32
                                    ? byte_at(dib_, own_alpha + (stored * header_.width + x) * 4 + 3)
                                : masked_out ? 0
                                             : 255;
    }
    return row_.data();
  }

 private:
  Bytes dib_;
  Header header_;
  std::unique_ptr<BitmapRows> picture_;
  PixelLayout layout_;
  std::vector<uint8_t> row_;
  uint32_t y_ = 0;
};

OpenedBitmap open_icon_picture(Bytes dib, uint64_t max_pixels) {
  OpenedBitmap opened;
  Header header;
  if (!read_header(dib, header) || header.compression != kRgb || header.top_down) return opened;
  header.height /= 2;
  opened.error = check_size(header, max_pixels);
  if (opened.error != BitmapError::none) return opened;
  auto picture = std::make_unique<BitmapRows>(dib, header.size + palette_bytes(header), header);
  opened.error = picture->prepare() ? BitmapError::none : BitmapError::broken;
  if (opened.error == BitmapError::none)
    opened.rows = std::make_unique<IconRows>(dib, header, std::move(picture));
  opened.few_colours = header.bits <= 8;
  return opened;
}

}  // namespace

OpenedBitmap open_bmp(Bytes bytes, uint64_t max_pixels) {
  constexpr size_t kFileHeader = 14;
  OpenedBitmap opened;
  Header header;
  if (bytes.size() < kFileHeader + 12 || !read_header(bytes.substr(kFileHeader), header)) return opened;
  opened.error = check_size(header, max_pixels);
  if (opened.error != BitmapError::none) return opened;
  const size_t offset = u32(bytes, 10);
  const size_t pixels_at =
      offset >= kFileHeader + header.size ? offset - kFileHeader : header.size + palette_bytes(header);
  auto rows = std::make_unique<BitmapRows>(bytes.substr(kFileHeader), pixels_at, header);
  opened.error = rows->prepare() ? BitmapError::none : BitmapError::broken;
  if (opened.error == BitmapError::none) opened.rows = std::move(rows);
  opened.few_colours = header.bits <= 8;
  opened.resolution = header.resolution;
  return opened;
}

OpenedBitmap open_ico(Bytes bytes, uint64_t max_pixels, Bytes& png) {
  const size_t count = u16(bytes, 4);
  uint32_t best_area = 0;
  Bytes best;
  for (size_t i = 0; i < count; ++i) {
    const size_t entry = 6 + 16 * i;
    const Bytes picture = slice(bytes, u32(bytes, entry + 12), u32(bytes, entry + 8));
    const auto side = [&](size_t at) { return byte_at(bytes, at) == 0 ? 256u : byte_at(bytes, at); };
    const uint32_t area = side(entry) * side(entry + 1) * 64 + std::min<uint32_t>(u16(bytes, entry + 6), 63);
    if (picture.size() < 40 || area <= best_area) continue;
    best_area = area;
    best = picture;
  }
  if (best.empty()) return {};
  if (best.substr(0, 4) == "\x89PNG") {
    png = best;
    return {BitmapError::none, nullptr, false, {}};
  }
  return open_icon_picture(best, max_pixels);
}

}  // namespace mugai::sanitize
