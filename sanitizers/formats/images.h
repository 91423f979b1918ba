// Pictures: decoded to pixels by libvips and written anew in the same format, so that nothing but what is
// seen gets through: compressed as it came, in the same quality, pages and resolution. BMP, ICO and SVG become
// PNG, HEIC and AVIF become JPEG. Metadata, comments, colour profiles (after conversion to sRGB) and bytes after the end
// are gone. Sizes, pages and what a decoder would need are checked before a pixel is decoded; a picture that ends early is
// held, never shown in part. A JPEG treated twice is the same to the eye, not to the byte.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

// Starts libvips, locks out its untrusted loaders and opens everything that decoding needs. Once in a
// process, before the worker is caged; false when libvips cannot start. Animations are decoded by one thread beside the
// caller's: the cage must let a process make threads.
bool init_images();

class ImageFormat : public Format {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
  Outcome to_image(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }
  Outcome to_pages(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }
};

}  // namespace mugai::sanitize
