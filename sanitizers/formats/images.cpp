#include "sanitizers/formats/images.h"

#include "sanitizers/formats/bitmap.h"
#include "sanitizers/formats/image_facts.h"
#include "sanitizers/formats/svg_check.h"
#include "sanitizers/formats/vips_adapter.h"

namespace mugai::sanitize {
namespace {

enum class Trouble { none, broken, too_large, too_many_pages };

struct Decoded {
  std::unique_ptr<Bitmap>
      bitmap;  // what `picture` looks into, for BMP and ICO: stays where it is, and outlives it
  vips::Picture picture;
  Trouble trouble = Trouble::broken;
  bool padded = false;  // pages of different sizes were made alike
};

Trouble check(const vips::Size& size, uint64_t pages, const Context& context) {
  if (pages > context.profile.limits.max_image_pages) return Trouble::too_many_pages;
  if (size.width * size.height * pages > context.profile.limits.max_image_pixels) return Trouble::too_large;
  // Pixels, not bytes, are charged: a mail full of photographs is no bomb. All pictures of a message share
  // the budget.
  return context.budget.take_bytes(size.width * size.height * pages) ? Trouble::none : Trouble::too_large;
}

Decoded decode_tiff(Bytes bytes, const Context& context) {
  Decoded decoded;
  vips::Picture first = vips::open(bytes, "tiff");
  if (!first) return decoded;
  const uint64_t pages = vips::size_of(first).pages;
  if (pages > context.profile.limits.max_image_pages) return {{}, {}, Trouble::too_many_pages};
  std::vector<vips::Picture> opened;
  uint64_t width = 0, height = 0;
  for (uint64_t page = 0; page < pages; ++page) {
    vips::Picture picture = page == 0 ? std::move(first) : vips::open(bytes, "tiff", static_cast<int>(page));
    if (!picture) return decoded;
    const vips::Size size = vips::size_of(picture);
    decoded.padded |= page > 0 && (size.width != width || size.height != height);
    width = std::max(width, size.width);
    height = std::max(height, size.height);
    // Padding makes every page as large as the largest, so that is what counts.
    if (width * height * (page + 1) > context.profile.limits.max_image_pixels)
      return {{}, {}, Trouble::too_large};
    picture = vips::normalise(std::move(picture), bytes, "tiff", static_cast<int>(page));
    if (!picture) return decoded;
    opened.push_back(std::move(picture));
  }
  if (!context.budget.take_bytes(width * height * pages)) return {{}, {}, Trouble::too_large};
  decoded.picture = vips::join_pages(std::move(opened));
  decoded.trouble = decoded.picture ? Trouble::none : Trouble::broken;
  return decoded;
}

Decoded decode_by_vips(Bytes bytes, std::string_view format, const Context& context) {
  Decoded decoded;
  vips::Picture picture = vips::open(bytes, format);
  if (!picture) return decoded;
  const vips::Size size = vips::size_of(picture);
  // HEIC and AVIF files list their pictures as pages, of which the first is shown.
  const bool first_only = format == "heic" || format == "avif";
  decoded.trouble = check(size, first_only ? 1 : size.pages, context);
  if (decoded.trouble != Trouble::none) return decoded;
  decoded.picture = vips::normalise(std::move(picture), bytes, format);
  if (!decoded.picture) decoded.trouble = Trouble::broken;
  return decoded;
}

Decoded decode_bitmap(Bytes bytes, bool icon, const Context& context) {
  Decoded decoded;
  decoded.bitmap = std::make_unique<Bitmap>();
  Bytes png;
  const uint64_t most = context.profile.limits.max_image_pixels;
  const BitmapError error =
      icon ? decode_ico(bytes, most, *decoded.bitmap, png) : decode_bmp(bytes, most, *decoded.bitmap);
  if (!png.empty()) return decode_by_vips(png, "png", context);
  if (error != BitmapError::none) {
    decoded.trouble = error == BitmapError::too_large ? Trouble::too_large : Trouble::broken;
    return decoded;
  }
  const Bitmap& bitmap = *decoded.bitmap;
  decoded.trouble = check({bitmap.width, bitmap.height, 1}, 1, context);
  if (decoded.trouble == Trouble::none)
    decoded.picture = vips::from_pixels(bitmap.pixels, bitmap.width, bitmap.height, bitmap.bands);
  return decoded;
}

std::string_view output_format(const Type& type, const vips::Picture& picture) {
  if (type.id == "bmp" || type.id == "ico" || type.id == "svg") return "png";
  if (type.id == "heic" || type.id == "avif") return vips::has_alpha(picture) ? "png" : "jpeg";
  return type.id;
}

Outcome held(Trouble trouble) {
  switch (trouble) {
    case Trouble::too_large:
      return Outcome::held("image-too-large");
    case Trouble::too_many_pages:
      return Outcome::held("image-too-many-pages");
    case Trouble::none:
    case Trouble::broken:
      break;
  }
  return Outcome::held("broken-image");
}

}  // namespace

bool init_images() {
  return vips::init();
}

Outcome ImageFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  if (!vips::init()) return Outcome::failed("image-library");
  const Type& type = *input.type;
  const ImageFacts facts = image_facts(input.bytes, type);
  if (facts.broken) return Outcome::held("broken-image");
  if (facts.raw_photo) return Outcome::held("raw-photo");
  if (type.id == "svg")
    if (const std::string_view obstacle = svg_obstacle(input.bytes); !obstacle.empty())
      return Outcome::held(std::string(obstacle));
  const bool own_decoder = type.id == "bmp" || type.id == "ico";
  Decoded decoded = own_decoder         ? decode_bitmap(input.bytes, type.id == "ico", context)
                    : type.id == "tiff" ? decode_tiff(input.bytes, context)
                                        : decode_by_vips(input.bytes, type.id, context);
  if (decoded.trouble != Trouble::none || !decoded.picture) return held(decoded.trouble);

  const std::string_view format = output_format(type, decoded.picture);
  ImageFacts how = facts;
  if (format != type.id) how = ImageFacts{};
  const std::string written = vips::save(decoded.picture, format, how);
  if (written.empty()) return Outcome::held("broken-image");
  if (!out.write(written)) return Outcome::failed("output");

  Outcome outcome;
  outcome.action = format == type.id ? Action::rebuilt : Action::converted;
  outcome.method = 3;
  outcome.type_out = type_by_id(format);
  if (facts.metadata > 0) outcome.removed.push_back({"metadata", facts.metadata});
  if (facts.trailing_data) outcome.removed.push_back({"trailing-data", 1});
  if (facts.animation_lost) outcome.removed.push_back({"animation", 1});
  if (decoded.padded) outcome.reasons.push_back("pages-padded");
  if (type.id == "svg") outcome.reasons.push_back("rasterised");
  const bool missed = facts.trailing_data || facts.animation_lost || decoded.padded || format != type.id;
  outcome.kind = missed ? Outcome::Kind::altered : Outcome::Kind::clean;
  return outcome;
}

}  // namespace mugai::sanitize
