#include "sanitizers/formats/png_writer.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <csetjmp>
#include <optional>
#include <unordered_map>
#include <vector>

namespace mugai::sanitize {
namespace {

// Up to 256 colours, in the order of a table: those that are not opaque first, so that tRNS is short.
class Palette {
 public:
  // Empty when there are more than 256. `failed`: the pixels cannot be read.
  static std::optional<Palette> of(RowSource& rows, bool& failed) {
    const PixelLayout& layout = rows.layout();
    if (layout.bands < 3 || layout.bytes_per_sample != 1) return std::nullopt;
    Palette palette;
    palette.bands_ = static_cast<size_t>(layout.bands);
    uint32_t last = 0;
    for (uint32_t y = 0; y < layout.height; ++y) {
      const uint8_t* row = rows.next();
      failed = row == nullptr;
      if (failed) return std::nullopt;
      for (uint32_t x = 0; x < layout.width; ++x) {
        const uint32_t colour = palette.colour_at(row, x);
        if (colour == last && !palette.index_.empty()) continue;
        last = colour;
        palette.index_.try_emplace(colour, uint8_t{0});
        if (palette.index_.size() > 256) return std::nullopt;
      }
    }
    palette.sort();
    return palette;
  }

  const std::vector<uint32_t>& colours() const { return colours_; }
  size_t transparent() const { return transparent_; }
  int bits() const {
    return colours_.size() <= 2 ? 1 : colours_.size() <= 4 ? 2 : colours_.size() <= 16 ? 4 : 8;
  }

  void indices(const uint8_t* row, std::vector<uint8_t>& out) {
    for (uint32_t x = 0; x < out.size(); ++x) {
      const uint32_t colour = colour_at(row, x);
      if (x == 0 || colour != last_) {
        last_ = colour;
        const auto found = index_.find(colour);
        last_index_ = found == index_.end() ? 0 : found->second;
      }
      out[x] = last_index_;
    }
  }

 private:
  // 0xRRGGBBAA
  uint32_t colour_at(const uint8_t* row, uint32_t x) const {
    const uint8_t* at = row + size_t{x} * bands_;
    const uint32_t alpha = bands_ == 4 ? at[3] : 255;
    if (alpha == 0) return 0;  // nobody sees which colour is not there
    return static_cast<uint32_t>(at[0]) << 24 | at[1] << 16 | at[2] << 8 | alpha;
  }
  void sort() {
    for (const auto& [colour, index] : index_) colours_.push_back(colour);
    std::sort(colours_.begin(), colours_.end(), [](uint32_t a, uint32_t b) {
      const bool a_opaque = (a & 255) == 255, b_opaque = (b & 255) == 255;
      return a_opaque != b_opaque ? b_opaque : a < b;
    });
    for (size_t i = 0; i < colours_.size(); ++i) {
      index_[colours_[i]] = static_cast<uint8_t>(i);
      transparent_ += (colours_[i] & 255) != 255;
    }
  }

  size_t bands_ = 3;
  std::unordered_map<uint32_t, uint8_t> index_;
  std::vector<uint32_t> colours_;
  size_t transparent_ = 0;
  uint32_t last_ = 0;
  uint8_t last_index_ = 0;
};

struct Handles {
  png_structp png = nullptr;
  png_infop info = nullptr;
  Handles() = default;
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;
  ~Handles() { png_destroy_write_struct(&png, &info); }
};

struct Destination {
  Sink* out;
  bool failed = false;
};

[[noreturn]] void fail(png_structp png, png_const_charp) {
  png_longjmp(png, 1);
}
void say_nothing(png_structp, png_const_charp) {}
void write_bytes(png_structp png, png_bytep data, size_t size) {
  auto* destination = static_cast<Destination*>(png_get_io_ptr(png));
  destination->failed |= !destination->out->write(Bytes(reinterpret_cast<const char*>(data), size));
  if (destination->failed) png_error(png, "sink");
}
void flush_nothing(png_structp) {}

struct Plan {
  RowSource* rows;
  Palette* palette;  // or null
  const PngStyle* style;
  const Resolution* resolution;
  std::vector<uint8_t> indices, packed_grey;
};

void set_header(png_structp png, png_infop info, Plan& plan) {
  const PixelLayout& layout = plan.rows->layout();
  static constexpr int kKinds[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                   PNG_COLOR_TYPE_RGB_ALPHA};
  int bits = layout.bytes_per_sample * 8;
  if (plan.palette)
    bits = plan.palette->bits();
  else if (layout.bands == 1 && bits == 8)
    bits = plan.style->grey_bits;
  const int kind = plan.palette ? PNG_COLOR_TYPE_PALETTE : kKinds[layout.bands];
  png_set_IHDR(png, info, layout.width, layout.height, bits, kind, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, plan.style->effort);
  const bool filtered = plan.style->filtered && !plan.palette && bits >= 8;
  png_set_filter(png, PNG_FILTER_TYPE_BASE, filtered ? PNG_ALL_FILTERS : PNG_FILTER_NONE);
  if (plan.resolution->known()) {
    constexpr double kInchesPerMetre = 1 / 0.0254;
    png_set_pHYs(png, info, static_cast<png_uint_32>(std::lround(plan.resolution->x * kInchesPerMetre)),
                 static_cast<png_uint_32>(std::lround(plan.resolution->y * kInchesPerMetre)),
                 PNG_RESOLUTION_METER);
  }
  if (!plan.palette) return;
  std::array<png_color, 256> colours{};
  std::array<png_byte, 256> alphas{};
  const auto& table = plan.palette->colours();
  for (size_t i = 0; i < table.size(); ++i) {
    colours[i] = {static_cast<png_byte>(table[i] >> 24), static_cast<png_byte>(table[i] >> 16),
                  static_cast<png_byte>(table[i] >> 8)};
    alphas[i] = static_cast<png_byte>(table[i]);
  }
  png_set_PLTE(png, info, colours.data(), static_cast<int>(table.size()));
  if (plan.palette->transparent() > 0)
    png_set_tRNS(png, info, alphas.data(), static_cast<int>(plan.palette->transparent()), nullptr);
}

// Everything with a destructor lives in the caller: libpng leaves by longjmp.
WriteError run(png_structp png, png_infop info, Destination& destination, Plan& plan) {
  if (setjmp(png_jmpbuf(png))) return destination.failed ? WriteError::sink : WriteError::source;
  png_set_write_fn(png, &destination, write_bytes, flush_nothing);
  set_header(png, info, plan);
  png_write_info(png, info);
  if (plan.rows->layout().bytes_per_sample == 2 && std::endian::native == std::endian::little)
    png_set_swap(png);
  const bool few_grey = !plan.palette && plan.rows->layout().bands == 1 && png_get_bit_depth(png, info) < 8;
  if (plan.palette || few_grey) png_set_packing(png);
  const int shift = few_grey ? 8 - png_get_bit_depth(png, info) : 0;
  for (uint32_t y = 0; y < plan.rows->layout().height; ++y) {
    const uint8_t* row = plan.rows->next();
    if (!row) return WriteError::source;
    if (plan.palette) {
      plan.palette->indices(row, plan.indices);
      row = plan.indices.data();
    } else if (few_grey) {
      for (size_t x = 0; x < plan.packed_grey.size(); ++x)
        plan.packed_grey[x] = static_cast<uint8_t>(row[x] >> shift);
      row = plan.packed_grey.data();
    }
    png_write_row(png, row);
  }
  png_write_end(png, info);
  return WriteError::none;
}

}  // namespace

WriteError write_png(const OpenRows& open, const PngStyle& style, const Resolution& resolution, Sink& out) {
  std::optional<Palette> palette;
  if (style.palette) {
    const auto rows = open();
    bool failed = rows == nullptr;
    if (!failed) palette = Palette::of(*rows, failed);
    if (failed) return WriteError::source;
  }
  const auto rows = open();
  if (!rows || rows->layout().bands < 1 || rows->layout().bands > 4) return WriteError::source;
  Destination destination{&out};
  Plan plan{rows.get(), palette ? &*palette : nullptr, &style, &resolution, {}, {}};
  plan.indices.resize(palette ? rows->layout().width : 0);
  plan.packed_grey.resize(rows->layout().bands == 1 ? rows->layout().width : 0);
  Handles handles;
  handles.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, fail, say_nothing);
  if (!handles.png) return WriteError::source;
  handles.info = png_create_info_struct(handles.png);
  if (!handles.info) return WriteError::source;
  return run(handles.png, handles.info, destination, plan);
}

}  // namespace mugai::sanitize
