// The only place that speaks to libvips. Picture owns one lazy image; functions return an empty Picture on
// failure. Not thread-safe beyond what libvips is: one picture, one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "config/base/bytes.h"
#include "sanitizers/formats/image_rows.h"

typedef struct _VipsImage VipsImage;

namespace mugai::sanitize::vips {

struct Unref {
  void operator()(VipsImage* image) const;
};
using Picture = std::unique_ptr<VipsImage, Unref>;

bool init();

struct Size {
  uint64_t width = 0, height = 0, pages = 1;  // of one page
  uint64_t pixels() const { return width * height * pages; }
};
Size size_of(const Picture& picture);

// Opens a picture with all of its frames, without decoding pixels. `bytes` must outlive the Picture. Formats:
// "png", "jpeg", "gif", "webp", "heic", "avif", "svg".
Picture open(Bytes bytes, std::string_view format);

// Opens one page of a TIFF. libtiff is shown a file of this page alone: else it would walk the whole chain of
// pages for every one of them.
struct TiffPlace {
  uint32_t directory = 0;  // where that of the page stands
  size_t next_at = 0;      // and where it names the next one
};
Picture open_tiff(Bytes bytes, const TiffPlace& place);

// Turned upright, in sRGB or grey, without metadata; still lazy. `bytes`, `format` and `place` as for
// opening, since turning needs the pixels in another order.
Picture normalise(Picture picture, Bytes bytes, std::string_view format, const TiffPlace& place = {});

// The pixels of a picture, decoded as they are asked for. Null when they are of a kind that we do not write.
std::unique_ptr<RowSource> rows_of(Picture picture);

bool has_alpha(const Picture& picture);

// A block of metadata by libvips's name for it; empty when there is none.
std::string metadata(const Picture& picture, const char* name);

// Animations, which our own writers do not know: decodes and writes. False on failure, which is where broken
// input shows.
bool save_gif(const Picture& picture, Sink& out);
bool save_webp(const Picture& picture, bool lossless, int quality, Sink& out);

}  // namespace mugai::sanitize::vips
