#include "sanitizers/formats/vips_adapter.h"

#include <vips/vips.h>
// vector.h leans on what vips.h declares.
#include <vips/vector.h>

#include <algorithm>

namespace mugai::sanitize::vips {
namespace {

constexpr int kBestJpegQuality = 92;  // above it files grow and nobody sees why
constexpr int kLeastJpegQuality = 40;

struct Free {
  void operator()(void* pointer) const { g_free(pointer); }
};

Picture own(VipsImage* image, int failed) {
  vips_error_clear();
  if (failed != 0 && image) g_object_unref(image);
  return Picture(failed == 0 ? image : nullptr);
}

int orientation_of(const Picture& picture) {
  return vips_image_get_orientation(picture.get());
}

Picture open_with(Bytes bytes, std::string_view format, int page, VipsAccess access) {
  VipsImage* image = nullptr;
  // libvips takes the buffer as void* and only reads it.
  void* data = const_cast<char*>(bytes.data());
  const size_t size = bytes.size();
  int failed = 1;
  if (format == "png")
    failed =
        vips_pngload_buffer(data, size, &image, "access", access, "fail_on", VIPS_FAIL_ON_TRUNCATED, nullptr);
  else if (format == "jpeg")
    failed = vips_jpegload_buffer(data, size, &image, "access", access, "fail_on", VIPS_FAIL_ON_TRUNCATED,
                                  nullptr);
  else if (format == "gif")
    failed = vips_gifload_buffer(data, size, &image, "n", -1, "access", access, "fail_on",
                                 VIPS_FAIL_ON_TRUNCATED, nullptr);
  else if (format == "webp")
    failed = vips_webpload_buffer(data, size, &image, "n", -1, "access", access, "fail_on",
                                  VIPS_FAIL_ON_TRUNCATED, nullptr);
  else if (format == "tiff")
    failed = vips_tiffload_buffer(data, size, &image, "page", page, "access", access, "fail_on",
                                  VIPS_FAIL_ON_TRUNCATED, nullptr);
  else if (format == "heic" || format == "avif")
    failed = vips_heifload_buffer(data, size, &image, "access", access, "fail_on", VIPS_FAIL_ON_TRUNCATED,
                                  nullptr);
  else if (format == "svg")
    failed = vips_svgload_buffer(data, size, &image, "access", access, nullptr);
  return own(image, failed);
}

// Nearly every profile found is sRGB already; converting it to itself would cost time and rounding.
bool needs_conversion(VipsImage* image) {
  const void* data = nullptr;
  size_t size = 0;
  if (vips_image_get_typeof(image, VIPS_META_ICC_NAME) == 0 ||
      vips_image_get_blob(image, VIPS_META_ICC_NAME, &data, &size) != 0)
    return false;
  const Bytes profile(static_cast<const char*>(data), size);
  return profile.find("sRGB") == Bytes::npos &&
         profile.find(std::string_view("s\0R\0G\0B", 7)) == Bytes::npos;
}

Picture to_srgb(Picture picture) {
  VipsImage* in = picture.get();
  VipsImage* out = nullptr;
  const VipsInterpretation space = vips_image_get_interpretation(in);
  const VipsBandFormat format = vips_image_get_format(in);
  const bool deep = format == VIPS_FORMAT_USHORT || format == VIPS_FORMAT_SHORT;
  if (space == VIPS_INTERPRETATION_CMYK) {
    if (vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "input_profile", "cmyk", "depth",
                           deep ? 16 : 8, nullptr) == 0)
      return own(out, 0);
    return own(nullptr, 1);
  }
  const bool plain = space == VIPS_INTERPRETATION_sRGB || space == VIPS_INTERPRETATION_B_W ||
                     space == VIPS_INTERPRETATION_RGB16 || space == VIPS_INTERPRETATION_GREY16 ||
                     space == VIPS_INTERPRETATION_MULTIBAND || space == VIPS_INTERPRETATION_RGB;
  if (plain && vips_image_get_bands(in) >= 3 && needs_conversion(in)) {
    // A profile that does not work is dropped, as viewers do.
    if (vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "depth", deep ? 16 : 8, nullptr) == 0)
      return own(out, 0);
    vips_error_clear();
    return picture;
  }
  if (plain && (format == VIPS_FORMAT_UCHAR || format == VIPS_FORMAT_USHORT)) return picture;
  if (vips_colourspace(in, &out,
                       vips_image_get_bands(in) < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB,
                       nullptr) != 0)
    return own(nullptr, 1);
  Picture converted = own(out, 0);
  VipsImage* narrow = nullptr;
  const int failed = vips_cast_uchar(converted.get(), &narrow, nullptr);
  return own(narrow, failed);
}

// What a saver needs to know stays; everything else that came with the file goes.
Picture without_metadata(Picture picture) {
  VipsImage* copy = nullptr;
  if (vips_copy(picture.get(), &copy, nullptr) != 0) return own(nullptr, 1);
  Picture result = own(copy, 0);
  gchar** fields = vips_image_get_fields(result.get());
  for (gchar** field = fields; field && *field; ++field) {
    const std::string_view name = *field;
    static constexpr std::string_view kept[] = {"delay",    "loop",      "n-pages",           "page-height",
                                                "gif-loop", "gif-delay", VIPS_META_SEQUENTIAL};
    if (std::find(std::begin(kept), std::end(kept), name) == std::end(kept))
      vips_image_remove(result.get(), *field);
  }
  g_strfreev(fields);
  return result;
}

int save_tiff(VipsImage* image, const ImageFacts& facts, void** data, size_t* size) {
  constexpr int kJpegInTiff = 7, kOldJpegInTiff = 6;
  if (facts.bits == 1 && vips_image_get_bands(image) == 1)  // faxes: CCITT G4 is what they came in, and tiny
    return vips_tiffsave_buffer(image, data, size, "compression", VIPS_FOREIGN_TIFF_COMPRESSION_CCITTFAX4,
                                "bitdepth", 1, "strip", TRUE, nullptr);
  const bool eight = vips_image_get_format(image) == VIPS_FORMAT_UCHAR &&
                     (vips_image_get_bands(image) == 1 || vips_image_get_bands(image) == 3);
  if (eight && (facts.tiff_compression == kJpegInTiff || facts.tiff_compression == kOldJpegInTiff))
    return vips_tiffsave_buffer(image, data, size, "compression", VIPS_FOREIGN_TIFF_COMPRESSION_JPEG, "Q", 88,
                                "strip", TRUE, nullptr);
  return vips_tiffsave_buffer(image, data, size, "compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE,
                              "predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL, "strip", TRUE, nullptr);
}

int save_png(VipsImage* image, const ImageFacts& facts, void** data, size_t* size) {
  const int bands = vips_image_get_bands(image);
  if (facts.png_palette)  // at most 256 colours, so that quantising loses none
    return vips_pngsave_buffer(image, data, size, "compression", 6, "palette", TRUE, "Q", 100, "dither", 0.0,
                               "effort", 4, "strip", TRUE, nullptr);
  if (bands == 1 && facts.bits < 8 && facts.bits > 0)
    return vips_pngsave_buffer(image, data, size, "compression", 6, "bitdepth", facts.bits, "strip", TRUE,
                               nullptr);
  return vips_pngsave_buffer(image, data, size, "compression", 6, "filter", VIPS_FOREIGN_PNG_FILTER_ALL,
                             "strip", TRUE, nullptr);
}

// Tables made for the very picture save some 8 %, but hold all its coefficients in memory (3 bytes a pixel
// and more) and take half as long again: good for what stands in documents, too dear for photographs.
bool is_worth_optimising(VipsImage* image) {
  constexpr int64_t kMostPixels = 2'000'000;
  return int64_t{vips_image_get_width(image)} * vips_image_get_height(image) <= kMostPixels;
}

int save_jpeg(VipsImage* image, const ImageFacts& facts, void** data, size_t* size) {
  const int quality =
      facts.jpeg_quality == 0 ? 88 : std::clamp(facts.jpeg_quality, kLeastJpegQuality, kBestJpegQuality);
  return vips_jpegsave_buffer(image, data, size, "Q", quality, "optimize_coding",
                              is_worth_optimising(image) ? TRUE : FALSE, "subsample_mode",
                              facts.jpeg_subsampled ? VIPS_FOREIGN_SUBSAMPLE_ON : VIPS_FOREIGN_SUBSAMPLE_OFF,
                              "strip", TRUE, nullptr);
}

// libvips writes an EXIF block of its own into every WebP, strip or not (8.14). It says nothing; without it a
// second pass finds nothing to remove.
std::string without_exif_chunk(std::string webp) {
  const auto le32 = [&](size_t at) {
    return byte_at(webp, at) | byte_at(webp, at + 1) << 8 | byte_at(webp, at + 2) << 16 |
           static_cast<uint32_t>(byte_at(webp, at + 3)) << 24;
  };
  constexpr char kHasExif = 0x08;
  for (size_t at = 12; at + 8 <= webp.size();) {
    const size_t length = le32(at + 4), whole = 8 + length + (length & 1);
    if (webp.compare(at, 4, "VP8X") == 0 && length >= 1)
      webp[at + 8] = static_cast<char>(webp[at + 8] & ~kHasExif);
    if (webp.compare(at, 4, "EXIF") == 0)
      webp.erase(at, whole);
    else
      at += whole;
  }
  const size_t riff = webp.size() - std::min<size_t>(webp.size(), 8);
  for (size_t i = 0; i < 4 && webp.size() > 8; ++i) webp[4 + i] = static_cast<char>(riff >> (8 * i));
  return webp;
}

}  // namespace

void Unref::operator()(VipsImage* image) const {
  g_object_unref(image);
}

bool init() {
  static const bool started = [] {
    // Large pictures stay in memory: a caged worker has no directory for temporary files.
    g_setenv("VIPS_DISC_THRESHOLD", "16g", FALSE);
    g_setenv("VIPS_WARNING", "off", FALSE);  // warnings quote the file, and go to a log that people read
    if (VIPS_INIT("mugai") != 0) return false;
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_vector_set_enabled(
        FALSE);  // no code made at run time: a cage may forbid writable memory to be executed
    vips_block_untrusted_set(TRUE);
    vips_operation_block_set("VipsForeignLoadSvg", FALSE);
    return true;
  }();
  return started;
}

Size size_of(const Picture& picture) {
  Size size;
  size.width = static_cast<uint64_t>(vips_image_get_width(picture.get()));
  size.height = static_cast<uint64_t>(vips_image_get_page_height(picture.get()));
  size.pages = static_cast<uint64_t>(std::max(1, vips_image_get_n_pages(picture.get())));
  return size;
}

Picture open(Bytes bytes, std::string_view format, int page) {
  return open_with(bytes, format, page, VIPS_ACCESS_SEQUENTIAL);
}

Picture from_pixels(const std::string& pixels, uint32_t width, uint32_t height, int bands) {
  VipsImage* image = vips_image_new_from_memory(pixels.data(), pixels.size(), static_cast<int>(width),
                                                static_cast<int>(height), bands, VIPS_FORMAT_UCHAR);
  if (!image) return own(nullptr, 1);
  Picture raw = own(image, 0);
  VipsImage* tagged = nullptr;
  const int failed = vips_copy(raw.get(), &tagged, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr);
  return own(tagged, failed);
}

Picture normalise(Picture picture, Bytes bytes, std::string_view format, int page) {
  const int orientation = orientation_of(picture);
  const bool animated = vips_image_get_n_pages(picture.get()) > 1 && format != "tiff";
  if (orientation > 1 && !animated) {
    Picture any_order = open_with(bytes, format, page, VIPS_ACCESS_RANDOM);
    VipsImage* upright = nullptr;
    if (!any_order || vips_autorot(any_order.get(), &upright, nullptr) != 0) return own(nullptr, 1);
    picture = own(upright, 0);
  }
  picture = to_srgb(std::move(picture));
  if (!picture || vips_image_get_bands(picture.get()) > 4) return own(nullptr, 1);
  return without_metadata(std::move(picture));
}

Picture join_pages(std::vector<Picture> pages) {
  if (pages.size() == 1) return std::move(pages.front());
  int width = 0, height = 0, bands = 1;
  for (const Picture& page : pages) {
    width = std::max(width, vips_image_get_width(page.get()));
    height = std::max(height, vips_image_get_height(page.get()));
    bands = std::max(bands, vips_image_get_bands(page.get()));
  }
  std::vector<VipsImage*> alike;
  for (Picture& page : pages) {
    // Pages may mix grey and colour; one file of ours holds one kind.
    VipsImage* colour = nullptr;
    const bool convert =
        vips_image_get_bands(page.get()) != bands || vips_image_get_format(page.get()) != VIPS_FORMAT_UCHAR;
    if (convert && bands >= 3) {
      if (vips_colourspace(page.get(), &colour, VIPS_INTERPRETATION_sRGB, nullptr) != 0)
        return own(nullptr, 1);
      page = own(colour, 0);
    }
    VipsImage* opaque = nullptr;
    if (bands >= 3 && vips_image_get_bands(page.get()) == 3 && bands == 4) {
      if (vips_bandjoin_const1(page.get(), &opaque, 255.0, nullptr) != 0) return own(nullptr, 1);
      page = own(opaque, 0);
    }
    if (vips_image_get_bands(page.get()) != bands) return own(nullptr, 1);
    alike.push_back(page.get());
  }
  VipsArrayDouble* white = vips_array_double_newv(1, 255.0);
  VipsImage* joined = nullptr;
  const int failed = vips_arrayjoin(alike.data(), &joined, static_cast<int>(alike.size()), "across", 1,
                                    "hspacing", width, "vspacing", height, "background", white, nullptr);
  vips_area_unref(VIPS_AREA(white));
  Picture result = own(joined, failed);
  if (!result) return result;
  VipsImage* paged = nullptr;
  if (vips_copy(result.get(), &paged, nullptr) != 0) return own(nullptr, 1);
  vips_image_set_int(paged, VIPS_META_PAGE_HEIGHT, height);
  vips_image_set_int(paged, VIPS_META_N_PAGES, static_cast<int>(alike.size()));
  return own(paged, 0);
}

std::string pixels_of(const Picture& picture) {
  size_t size = 0;
  const std::unique_ptr<void, Free> data(vips_image_write_to_memory(picture.get(), &size));
  vips_error_clear();
  return data ? std::string(static_cast<const char*>(data.get()), size) : std::string();
}

bool has_alpha(const Picture& picture) {
  return vips_image_hasalpha(picture.get());
}

std::string save(const Picture& picture, std::string_view format, const ImageFacts& facts) {
  void* data = nullptr;
  size_t size = 0;
  VipsImage* image = picture.get();
  int failed = 1;
  if (format == "png")
    failed = save_png(image, facts, &data, &size);
  else if (format == "jpeg")
    failed = save_jpeg(image, facts, &data, &size);
  else if (format == "tiff")
    failed = save_tiff(image, facts, &data, &size);
  else if (format == "gif")
    failed = vips_gifsave_buffer(image, &data, &size, "dither", 0.0, "effort", 5, nullptr);
  else if (format == "webp")
    failed = vips_webpsave_buffer(image, &data, &size, "lossless", facts.webp_lossless ? TRUE : FALSE, "Q",
                                  82, "strip", TRUE, nullptr);
  vips_error_clear();
  const std::unique_ptr<void, Free> owned(data);
  if (failed != 0 || !data) return {};
  std::string written(static_cast<const char*>(data), size);
  return format == "webp" ? without_exif_chunk(std::move(written)) : written;
}

}  // namespace mugai::sanitize::vips
