#include "sanitizers/formats/vips_adapter.h"

#include <vips/vips.h>
// vector.h leans on what vips.h declares.
#include <vips/vector.h>

#include <algorithm>

#include "sanitizers/formats/tiff_writer.h"

namespace mugai::sanitize::vips {
namespace {

struct Free {
  void operator()(void* pointer) const { g_free(pointer); }
};
struct Unreference {
  void operator()(void* object) const { g_object_unref(object); }
};

// Few rows are decoded at a time, so that little is held; more would be no faster.
constexpr int kRowsAtOnce = 16;

Picture own(VipsImage* image, int failed) {
  vips_error_clear();
  if (failed != 0 && image) g_object_unref(image);
  return Picture(failed == 0 ? image : nullptr);
}

int orientation_of(const Picture& picture) {
  return vips_image_get_orientation(picture.get());
}

Picture open_with(Bytes bytes, std::string_view format, VipsAccess access) {
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
  else if (format == "heic" || format == "avif")
    failed = vips_heifload_buffer(data, size, &image, "access", access, "fail_on", VIPS_FAIL_ON_TRUNCATED,
                                  nullptr);
  else if (format == "svg")
    failed = vips_svgload_buffer(data, size, &image, "access", access, nullptr);
  return own(image, failed);
}

// A TIFF as libtiff shall see it: the header names the directory of one page, and this names no other.
struct OnePage {
  Bytes bytes;
  TiffPlace place;
  bool little = true;
  gint64 at = 0;

  void patch(gint64 from, char* out, gint64 count, size_t field, uint32_t value) const {
    for (int i = 0; i < 4; ++i) {
      const gint64 where = static_cast<gint64>(field) + i - from;
      if (where >= 0 && where < count) out[where] = static_cast<char>(value >> 8 * (little ? i : 3 - i));
    }
  }
};

gint64 read_page(VipsSourceCustom*, void* out, gint64 wanted, void* closure) {
  OnePage& page = *static_cast<OnePage*>(closure);
  const Bytes part =
      slice(page.bytes, static_cast<size_t>(page.at), static_cast<size_t>(std::max<gint64>(wanted, 0)));
  std::copy(part.begin(), part.end(), static_cast<char*>(out));
  const auto count = static_cast<gint64>(part.size());
  page.patch(page.at, static_cast<char*>(out), count, 4, page.place.directory);
  page.patch(page.at, static_cast<char*>(out), count, page.place.next_at, 0);
  page.at += count;
  return count;
}
gint64 seek_page(VipsSourceCustom*, gint64 offset, int whence, void* closure) {
  OnePage& page = *static_cast<OnePage*>(closure);
  const auto size = static_cast<gint64>(page.bytes.size());
  const gint64 base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? page.at : size;
  if (offset < -base || offset > size - base) return -1;
  return page.at = base + offset;
}
void free_page(void* closure, GClosure*) {
  delete static_cast<OnePage*>(closure);
}
void keep_page(void*, GClosure*) {}

Picture open_page(Bytes bytes, const TiffPlace& place, VipsAccess access) {
  const std::unique_ptr<VipsSourceCustom, Unreference> source(vips_source_custom_new());
  auto page = std::make_unique<OnePage>(OnePage{bytes, place, byte_at(bytes, 0) == 'I', 0});
  // The source outlives us inside of the picture; with its last signal goes what the signals work on.
  g_signal_connect_data(source.get(), "seek", G_CALLBACK(seek_page), page.get(), keep_page, GConnectFlags(0));
  g_signal_connect_data(source.get(), "read", G_CALLBACK(read_page), page.release(), free_page,
                        GConnectFlags(0));
  VipsImage* image = nullptr;
  const int failed = vips_tiffload_source(VIPS_SOURCE(source.get()), &image, "access", access, "fail_on",
                                          VIPS_FAIL_ON_TRUNCATED, nullptr);
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
    if (vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "black_point_compensation", TRUE,
                           "input_profile", "cmyk", "depth", deep ? 16 : 8, nullptr) == 0)
      return own(out, 0);
    return own(nullptr, 1);
  }
  const bool plain = space == VIPS_INTERPRETATION_sRGB || space == VIPS_INTERPRETATION_B_W ||
                     space == VIPS_INTERPRETATION_RGB16 || space == VIPS_INTERPRETATION_GREY16 ||
                     space == VIPS_INTERPRETATION_MULTIBAND || space == VIPS_INTERPRETATION_RGB;
  if (plain && vips_image_get_bands(in) >= 3 && needs_conversion(in)) {
    // A profile that does not work is dropped, as viewers do.
    if (vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "black_point_compensation", TRUE, "depth",
                           deep ? 16 : 8, nullptr) == 0)
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

class VipsRows : public RowSource {
 public:
  static std::unique_ptr<RowSource> of(Picture picture) {
    PixelLayout layout;
    const VipsBandFormat format = vips_image_get_format(picture.get());
    layout.width = static_cast<uint32_t>(vips_image_get_width(picture.get()));
    layout.height = static_cast<uint32_t>(vips_image_get_height(picture.get()));
    layout.bands = vips_image_get_bands(picture.get());
    layout.bytes_per_sample = format == VIPS_FORMAT_USHORT ? 2 : 1;
    if (format != VIPS_FORMAT_UCHAR && format != VIPS_FORMAT_USHORT) return nullptr;
    if (layout.bands < 1 || layout.bands > 4) return nullptr;
    VipsRegion* region = vips_region_new(picture.get());
    if (!region) return nullptr;
    return std::unique_ptr<RowSource>(new VipsRows(std::move(picture), region, layout));
  }

  const PixelLayout& layout() const override { return layout_; }

  const uint8_t* next() override {
    const int y = y_, height = static_cast<int>(layout_.height);
    if (y >= height) return nullptr;
    if (y % kRowsAtOnce == 0) {
      const VipsRect area{0, y, static_cast<int>(layout_.width), std::min(kRowsAtOnce, height - y)};
      if (vips_region_prepare(region_.get(), &area) != 0) {
        vips_error_clear();
        y_ = height;
        return nullptr;
      }
    }
    ++y_;
    return VIPS_REGION_ADDR(region_.get(), 0, y);
  }

 private:
  VipsRows(Picture picture, VipsRegion* region, const PixelLayout& layout)
      : picture_(std::move(picture)), region_(region), layout_(layout) {}

  Picture picture_;
  std::unique_ptr<VipsRegion, Unreference> region_;
  PixelLayout layout_;
  int y_ = 0;
};

// GLib would ask what stderr is connected to, and a cage kills for that call. Messages quote the file, too.
GLogWriterOutput write_no_log(GLogLevelFlags, const GLogField*, gsize, gpointer) {
  return G_LOG_WRITER_HANDLED;
}

gint64 write_to_sink(VipsTargetCustom*, const void* data, gint64 size, void* sink) {
  return static_cast<Sink*>(sink)->write(Bytes(static_cast<const char*>(data), static_cast<size_t>(size)))
             ? size
             : -1;
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
    g_log_set_writer_func(write_no_log, nullptr, nullptr);
    if (VIPS_INIT("mugai") != 0) return false;
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_vector_set_enabled(
        FALSE);  // no code made at run time: a cage may forbid writable memory to be executed
    vips_block_untrusted_set(TRUE);
    vips_operation_block_set("VipsForeignLoadSvg", FALSE);
    quiet_tiff();
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

Picture open(Bytes bytes, std::string_view format) {
  return open_with(bytes, format, VIPS_ACCESS_SEQUENTIAL);
}

Picture open_tiff(Bytes bytes, const TiffPlace& place) {
  return open_page(bytes, place, VIPS_ACCESS_SEQUENTIAL);
}

Picture normalise(Picture picture, Bytes bytes, std::string_view format, const TiffPlace& place) {
  const int orientation = orientation_of(picture);
  const bool tiff = format == "tiff", animated = vips_image_get_n_pages(picture.get()) > 1 && !tiff;
  if (orientation > 1 && !animated) {
    Picture any_order =
        tiff ? open_page(bytes, place, VIPS_ACCESS_RANDOM) : open_with(bytes, format, VIPS_ACCESS_RANDOM);
    VipsImage* upright = nullptr;
    if (!any_order || vips_autorot(any_order.get(), &upright, nullptr) != 0) return own(nullptr, 1);
    picture = own(upright, 0);
  }
  picture = to_srgb(std::move(picture));
  if (!picture || vips_image_get_bands(picture.get()) > 4) return own(nullptr, 1);
  return without_metadata(std::move(picture));
}

bool has_alpha(const Picture& picture) {
  return vips_image_hasalpha(picture.get());
}

std::string metadata(const Picture& picture, const char* name) {
  const void* data = nullptr;
  size_t size = 0;
  if (vips_image_get_typeof(picture.get(), name) == 0 ||
      vips_image_get_blob(picture.get(), name, &data, &size) != 0)
    return {};
  return {static_cast<const char*>(data), size};
}

std::unique_ptr<RowSource> rows_of(Picture picture) {
  return picture ? VipsRows::of(std::move(picture)) : nullptr;
}

bool save_gif(const Picture& picture, Sink& out) {
  const std::unique_ptr<VipsTargetCustom, Unreference> target(vips_target_custom_new());
  g_signal_connect(target.get(), "write", G_CALLBACK(write_to_sink), &out);
  // No two palettes are close enough to be one, and no dots are mixed: what had 256 colours has the same ones
  // again.
  const int failed = vips_gifsave_target(picture.get(), VIPS_TARGET(target.get()), "dither", 0.0, "effort", 7,
                                         "interpalette_maxerror", 0.0, nullptr);
  vips_error_clear();
  return failed == 0;
}

bool save_webp(const Picture& picture, bool lossless, int quality, Sink& out) {
  void* data = nullptr;
  size_t size = 0;
  const int failed = vips_webpsave_buffer(picture.get(), &data, &size, "lossless", lossless ? TRUE : FALSE,
                                          "Q", quality, "strip", TRUE, nullptr);
  vips_error_clear();
  const std::unique_ptr<void, Free> owned(data);
  if (failed != 0 || !data) return false;
  return out.write(without_exif_chunk(std::string(static_cast<const char*>(data), size)));
}

}  // namespace mugai::sanitize::vips
