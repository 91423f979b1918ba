#include "sanitizers/formats/bitmap.h"

#include <algorithm>
#include <array>
#include <bit>

namespace mugai::sanitize {
namespace {

constexpr uint32_t kMaxSide = 65'535;
enum Compression : uint32_t { kRgb = 0, kRle8 = 1, kRle4 = 2, kBitFields = 3, kAlphaBitFields = 6 };

uint16_t u16(Bytes bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) | byte_at(bytes, at + 1) << 8);
}
uint32_t u32(Bytes bytes, size_t at) {
  return u16(bytes, at) | static_cast<uint32_t>(u16(bytes, at + 2)) << 16;
}

struct Header {
  uint32_t size = 0, width = 0, height = 0, bits = 0, compression = kRgb, colours = 0;
  bool top_down = false;
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

class Decoder {
 public:
  Decoder(Bytes dib, size_t pixels_at, const Header& header, Bitmap& out)
      : dib_(dib), at_(pixels_at), header_(header), out_(out) {}

  bool decode() {
    if (!read_masks() || !read_palette()) return false;
    out_.width = header_.width;
    out_.height = header_.height;
    out_.bands = header_.masks[3] ? 4 : 3;
    out_.pixels.assign(static_cast<size_t>(out_.width) * out_.height * static_cast<size_t>(out_.bands), '\0');
    return header_.compression == kRle8 || header_.compression == kRle4 ? decode_runs() : decode_rows();
  }

  size_t end() const { return at_; }

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

  char* pixel(uint32_t x, uint32_t row) {
    const uint32_t y = header_.top_down ? row : header_.height - 1 - row;
    return out_.pixels.data() +
           (static_cast<size_t>(y) * header_.width + x) * static_cast<size_t>(out_.bands);
  }
  void put_index(uint32_t x, uint32_t row, uint8_t index) {
    char* to = pixel(x, row);
    for (size_t band = 0; band < 3; ++band) to[band] = static_cast<char>(palette_[index][band]);
  }

  bool decode_rows() {
    if (header_.compression > kBitFields && header_.compression != kAlphaBitFields) return false;
    const uint32_t bits = header_.bits;
    if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) return false;
    const size_t stride = (static_cast<size_t>(header_.width) * bits + 31) / 32 * 4;
    if (at_ > dib_.size() || (dib_.size() - at_) / stride < header_.height) return false;
    for (uint32_t row = 0; row < header_.height; ++row, at_ += stride)
      for (uint32_t x = 0; x < header_.width; ++x) decode_pixel(x, row, at_);
    return true;
  }

  void decode_pixel(uint32_t x, uint32_t row, size_t line) {
    const uint32_t bits = header_.bits;
    if (bits <= 8) {
      const size_t bit = static_cast<size_t>(x) * bits;
      const unsigned byte = byte_at(dib_, line + bit / 8);
      put_index(x, row, static_cast<uint8_t>(byte >> (8 - bits - bit % 8) & ((1u << bits) - 1)));
      return;
    }
    const size_t at = line + static_cast<size_t>(x) * bits / 8;
    const uint32_t value = bits == 16 ? u16(dib_, at) : bits == 24 ? u32(dib_, at) & 0xffffff : u32(dib_, at);
    char* to = pixel(x, row);
    for (int band = 0; band < out_.bands; ++band)
      to[band] = static_cast<char>(masked(value, header_.masks[static_cast<size_t>(band)]));
  }

  // RLE4 and RLE8: pairs of count and value, with escapes for end of line, end of picture, a jump, or literal
  // pixels.
  bool decode_runs() {
    const bool nibbles = header_.compression == kRle4;
    if (header_.bits != (nibbles ? 4u : 8u)) return false;
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
    if (x < header_.width && row < header_.height) put_index(x, row, static_cast<uint8_t>(index));
    if (x < kMaxSide) ++x;
  }

  Bytes dib_;
  size_t at_;
  Header header_;
  Bitmap& out_;
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
BitmapError decode_icon_picture(Bytes dib, uint64_t max_pixels, Bitmap& out) {
  Header header;
  if (!read_header(dib, header) || header.compression != kRgb) return BitmapError::broken;
  header.height /= 2;
  if (const BitmapError error = check_size(header, max_pixels); error != BitmapError::none) return error;
  Bitmap picture;
  Decoder decoder(dib, header.size + palette_bytes(header), header, picture);
  if (!decoder.decode()) return BitmapError::broken;
  out = {header.width, header.height, 4,
         std::string(static_cast<size_t>(header.width) * header.height * 4, '\0')};
  const size_t colours =
      decoder.end() - static_cast<size_t>(header.width) * 4 * header.height;  // of a 32-bit picture
  const size_t stride = (static_cast<size_t>(header.width) + 31) / 32 * 4;
  for (uint32_t y = 0; y < header.height; ++y) {
    const size_t row = header.height - 1 - y;
    for (uint32_t x = 0; x < header.width; ++x) {
      const size_t index = static_cast<size_t>(y) * header.width + x;
      std::copy_n(picture.pixels.data() + index * 3, 3, out.pixels.data() + index * 4);
      const bool masked_out = byte_at(dib, decoder.end() + row * stride + x / 8) >> (7 - x % 8) & 1;
      const uint8_t alpha = header.bits == 32 ? byte_at(dib, colours + (row * header.width + x) * 4 + 3)
                            : masked_out      ? 0
                                              : 255;
      out.pixels[index * 4 + 3] = static_cast<char>(alpha);
    }
  }
  return BitmapError::none;
}

}  // namespace

BitmapError decode_bmp(Bytes bytes, uint64_t max_pixels, Bitmap& out) {
  constexpr size_t kFileHeader = 14;
  Header header;
  if (bytes.size() < kFileHeader + 12 || !read_header(bytes.substr(kFileHeader), header))
    return BitmapError::broken;
  if (const BitmapError error = check_size(header, max_pixels); error != BitmapError::none) return error;
  const size_t offset = u32(bytes, 10);
  const size_t pixels_at =
      offset >= kFileHeader + header.size ? offset - kFileHeader : header.size + palette_bytes(header);
  return Decoder(bytes.substr(kFileHeader), pixels_at, header, out).decode() ? BitmapError::none
                                                                             : BitmapError::broken;
}

BitmapError decode_ico(Bytes bytes, uint64_t max_pixels, Bitmap& out, Bytes& png) {
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
  if (best.empty()) return BitmapError::broken;
  if (best.substr(0, 4) == "\x89PNG") {
    png = best;
    return BitmapError::none;
  }
  return decode_icon_picture(best, max_pixels, out);
}

}  // namespace mugai::sanitize
