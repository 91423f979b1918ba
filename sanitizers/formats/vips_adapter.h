// The only place that speaks to libvips. Picture owns one lazy image; functions return an empty Picture on
// failure. Not thread-safe beyond what libvips is: one picture, one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"
#include "sanitizers/formats/image_facts.h"

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

// Opens a picture without decoding pixels. `bytes` must outlive the Picture. TIFF opens `page` alone; the
// others open all of their frames. Formats: "png", "jpeg", "gif", "webp", "tiff", "heic", "avif", "svg".
Picture open(Bytes bytes, std::string_view format, int page = 0);

// `pixels` must outlive the Picture.
Picture from_pixels(const std::string& pixels, uint32_t width, uint32_t height, int bands);

// Turned upright, in sRGB or grey, without metadata; still lazy. `bytes` and `format` as for open(), since
// turning needs the pixels in another order.
Picture normalise(Picture picture, Bytes bytes, std::string_view format, int page = 0);

// Pages one below the other, padded with white to the largest. Takes the pages.
Picture join_pages(std::vector<Picture> pages);

// All pixels, decoded; empty on failure. Bands and sample size are the picture's own.
std::string pixels_of(const Picture& picture);

bool has_alpha(const Picture& picture);

// Decodes and writes. Empty on failure (broken input shows only here).
std::string save(const Picture& picture, std::string_view format, const ImageFacts& facts);

}  // namespace mugai::sanitize::vips
