#include "sanitizers/formats/images.h"

#include "sanitizers/formats/apng.h"
#include "sanitizers/formats/bitmap.h"
#include "sanitizers/formats/image_facts.h"
#include "sanitizers/formats/png_writer.h"
#include "sanitizers/formats/svg_check.h"
#include "sanitizers/formats/tiff_writer.h"
#include "sanitizers/formats/vips_adapter.h"

namespace mugai::sanitize {
namespace {

enum class Trouble { none, broken, too_large, too_many_pages, too_complex, sink };

constexpr uint64_t kMaxSide = 65'535;                 // of a JPEG, and of anything that somebody looks at
constexpr uint64_t kMostDecoderBytes = 384ull << 20;  // together with everything else this stays below 512 MB
constexpr uint64_t kHeifBytesPerPixel = 8;
// libwebp holds a frame decoded, encoded and in between, and all frames of an animation as they will be
// written.
constexpr uint64_t kWebpBytesPerPixel = 14, kLosslessWebpBytesPerPixel = 22, kWebpBytesPerAnimatedPixel = 4;
constexpr uint64_t kTightPixels = 4'000'000;  // more would take too long in earnest
constexpr uint64_t kSmallPixels = 1'000'000;   // so few that trying twice costs nobody time

Trouble trouble_of(WriteError error) {
  switch (error) {
    case WriteError::none:
      return Trouble::none;
    case WriteError::sink:
      return Trouble::sink;
    case WriteError::source:
      break;
  }
  return Trouble::broken;
}

Trouble check(const vips::Size& size, uint64_t pages, const Context& context) {
  if (pages > context.profile.limits.max_image_pages) return Trouble::too_many_pages;
  if (size.width > kMaxSide || size.height > kMaxSide) return Trouble::too_large;
  if (size.width * size.height * pages > context.profile.limits.max_image_pixels) return Trouble::too_large;
  // Pixels, not bytes, are charged: a mail full of photographs is no bomb. All pictures of a message share
  // the budget.
  return context.budget.take_bytes(size.width * size.height * pages) ? Trouble::none : Trouble::too_large;
}

// Drawings are smaller without differences between rows, photographs with them; small ones are written both
// ways.
Trouble write_best_png(const OpenRows& open, PngStyle style, const ImageFacts& facts, uint64_t pixels,
                       Context& context, Sink& out) {
  const bool small = pixels <= kSmallPixels;
  style.effort = small || (facts.png_tight && pixels <= kTightPixels) ? 9 : 6;
  if (!small || style.palette) return trouble_of(write_png(open, style, facts.resolution, out));
  Blob filtered(context.workspace), plain(context.workspace);
  WriteError error = write_png(open, style, facts.resolution, filtered);
  style.filtered = false;
  if (error == WriteError::none) error = write_png(open, style, facts.resolution, plain);
  if (error != WriteError::none) return trouble_of(error);
  if (!filtered.finish() || !plain.finish()) return Trouble::sink;
  return out.write(plain.size() < filtered.size() ? plain.bytes() : filtered.bytes()) ? Trouble::none
                                                                                      : Trouble::sink;
}

// A picture of one page, in the format that is written for it.
class OnePicture {
 public:
  OnePicture(Bytes bytes, std::string_view format, const ImageFacts& facts, Context& context, Sink& out)
      : bytes_(bytes), format_(format), facts_(facts), context_(context), out_(out) {}

  Trouble write(std::string_view& written) {
    vips::Picture picture = vips::open(bytes_, format_);
    if (!picture) return Trouble::broken;
    size_ = vips::size_of(picture);
    // HEIC and AVIF files list their pictures as pages, of which the first is shown.
    const bool heif = format_ == "heic" || format_ == "avif";
    const Trouble trouble = check(size_, heif ? 1 : size_.pages, context_);
    if (trouble != Trouble::none) return trouble;
    const uint64_t pixels = size_.width * size_.height;
    if (heif) facts_.decoder_bytes = pixels * kHeifBytesPerPixel;
    if (format_ == "webp") facts_.decoder_bytes = webp_bytes();
    if (format_ == "gif")
      facts_.decoder_bytes = pixels * kGifBytesPerPixel;  // frames may reach beyond the screen
    if (heif) add_heif_metadata(picture);
    if (facts_.turned) facts_.decoder_bytes += pixels * 3;
    if (facts_.decoder_bytes > kMostDecoderBytes) return Trouble::too_large;
    // Pixels would be rounded; without anything to take out a copy of the copy must be the copy.
    if (format_ == "jpeg" && facts_.jpeg_plain && removed_of(facts_).empty() && is_affordable_copy(pixels, facts_.jpeg)) {
      Blob copy(context_.workspace);
      const WriteError error = copy_jpeg(bytes_, facts_.jpeg, facts_.resolution, copy);
      if (error == WriteError::sink || (error == WriteError::none && !copy.finish())) return Trouble::sink;
      if (error == WriteError::none) {
        written = format_;
        return out_.write(copy.bytes()) ? Trouble::none : Trouble::sink;
      }
      // Sloppy data: what decoders make of it is in the pixels.
    }
    picture = vips::normalise(std::move(picture), bytes_, format_);
    if (!picture) return Trouble::broken;
    written = format_ == "svg" || (heif && vips::has_alpha(picture)) ? "png" : heif ? "jpeg" : format_;
    if (written == "gif") return vips::save_gif(picture, out_) ? Trouble::none : Trouble::broken;
    if (written == "webp")
      return vips::save_webp(picture, facts_.webp_lossless, facts_.webp_quality, out_) ? Trouble::none
                                                                                       : Trouble::broken;
    if (written == "jpeg") return write_as_jpeg(std::move(picture));
    return write_best_png([this] { return open_again(); }, {facts_.png_palette, facts_.bits, true, 6}, facts_,
                          pixels, context_, out_);
  }

  const ImageFacts& facts() const { return facts_; }

 private:
  uint64_t webp_bytes() const {
    const uint64_t frame = size_.width * size_.height;
    return frame *
               (facts_.webp_lossless || facts_.webp_alpha ? kLosslessWebpBytesPerPixel : kWebpBytesPerPixel) +
           (size_.pages > 1 ? frame * size_.pages * kWebpBytesPerAnimatedPixel : 0);
  }

  void add_heif_metadata(const vips::Picture& picture) {
    const std::string exif = vips::metadata(picture, "exif-data"), xmp = vips::metadata(picture, "xmp-data");
    if (!exif.empty())
      add_exif(facts_,
               Bytes(exif).substr(0, 6) == Bytes("Exif\0\0", 6) ? Bytes(exif).substr(6) : Bytes(exif));
    if (!xmp.empty()) add_xmp(facts_, xmp);
    facts_.turned = false;     // the decoder turns them
    facts_.jpeg.quality = 92;  // HEVC and AV1 keep detail that a JPEG of lower quality loses
  }

  std::unique_ptr<RowSource> open_again() {
    vips::Picture picture = vips::open(bytes_, format_);
    return picture ? vips::rows_of(vips::normalise(std::move(picture), bytes_, format_)) : nullptr;
  }

  Trouble write_as_jpeg(vips::Picture picture) {
    const auto rows = vips::rows_of(std::move(picture));
    if (!rows) return Trouble::broken;
    return trouble_of(
        write_jpeg(*rows, facts_.turned ? facts_.jpeg.transposed() : facts_.jpeg, facts_.resolution, out_));
  }

  Bytes bytes_;
  std::string_view format_;
  ImageFacts facts_;
  Context& context_;
  Sink& out_;
  vips::Size size_;
};

// Frame by frame into `out`; anything wrong with a frame is wrong with the whole.
Trouble write_apng(const Apng& apng, Context& context, Sink& out) {
  if (apng.pixels() > context.profile.limits.max_image_pixels) return Trouble::too_large;
  ApngWriter writer(apng, out);
  for (size_t i = 0; i < apng.frames.size(); ++i) {
    const std::string png = apng.still(i);
    const ImageFacts facts = image_facts(png, *type_by_id("png"), 1);
    if (facts.too_complex) return Trouble::too_complex;
    if (facts.decoder_bytes > kMostDecoderBytes) return Trouble::too_large;
    const Trouble trouble = check({apng.frames[i].width, apng.frames[i].height, 1}, 1, context);
    if (trouble != Trouble::none) return trouble;
    const OpenRows open = [&] {
      vips::Picture picture = vips::open(png, "png");
      return picture ? vips::rows_of(vips::normalise(std::move(picture), png, "png")) : nullptr;
    };
    Blob frame(context.workspace);
    const WriteError error = write_png(open, {}, {}, frame);
    if (error != WriteError::none) return trouble_of(error);
    if (!frame.finish()) return Trouble::sink;
    if (!writer.add_frame(frame.bytes())) return Trouble::broken;
  }
  return Trouble::none;
}

TiffStyle style_of(const TiffPage& page, const PixelLayout& layout) {
  constexpr int kHuffman = 2, kFax4 = 4, kLzw = 5, kOldJpeg = 6, kJpeg = 7, kPackBits = 32'773, kPalette = 3;
  TiffStyle style;
  const bool byte_samples = layout.bytes_per_sample == 1;
  style.bilevel = page.bits == 1 && page.samples == 1 && page.photometric != kPalette && layout.bands == 1 &&
                  byte_samples;
  style.subsampled = page.subsampled;
  style.jpeg_quality = page.jpeg_quality;
  style.predictor = page.predictor || (page.compression == 1 && page.photometric != kPalette);
  if (style.bilevel && page.compression >= kHuffman && page.compression <= kFax4)
    style.compression = TiffCompression::fax4;
  if (page.compression == kLzw) style.compression = TiffCompression::lzw;
  if (page.compression == kPackBits) style.compression = TiffCompression::packbits;
  if ((page.compression == kJpeg || page.compression == kOldJpeg) && byte_samples &&
      (layout.bands == 1 || layout.bands == 3))
    style.compression = TiffCompression::jpeg;
  return style;
}

Trouble write_tiff(Bytes bytes, const ImageFacts& facts, Context& context, Sink& out) {
  if (facts.pages.size() > context.profile.limits.max_image_pages) return Trouble::too_many_pages;
  uint64_t pixels = 0;
  for (const TiffPage& page : facts.pages) {
    if (page.width > kMaxSide || page.height > kMaxSide) return Trouble::too_large;
    pixels += page.width * page.height;
    if (pixels > context.profile.limits.max_image_pixels) return Trouble::too_large;
  }
  TiffWriter writer(context.workspace, out);
  for (size_t i = 0; i < facts.pages.size(); ++i) {
    const TiffPage& page = facts.pages[i];
    const vips::TiffPlace place{page.directory, page.next_at};
    vips::Picture picture = vips::open_tiff(bytes, place);
    if (!picture) return Trouble::broken;
    const vips::Size size = vips::size_of(picture);
    // What libtiff reads must be what was counted.
    if (size.width * size.height > page.width * page.height) return Trouble::broken;
    const Trouble trouble = check(size, 1, context);
    if (trouble != Trouble::none) return trouble;
    const auto rows = vips::rows_of(vips::normalise(std::move(picture), bytes, "tiff", place));
    if (!rows) return Trouble::broken;
    const WriteError error =
        writer.add_page(*rows, style_of(page, rows->layout()), page.resolution, i + 1 == facts.pages.size());
    if (error != WriteError::none) return trouble_of(error);
  }
  return Trouble::none;
}

Trouble write_bitmap(Bytes bytes, bool icon, ImageFacts& facts, Context& context, Sink& out) {
  const uint64_t most = context.profile.limits.max_image_pixels;
  Bytes png;
  const auto open = [&] { return icon ? open_ico(bytes, most, png) : open_bmp(bytes, most); };
  const OpenedBitmap first = open();
  if (!png.empty()) {
    const Type& type = *type_by_id("png");
    std::string_view written;
    return OnePicture(png, type.id, image_facts(png, type, 1), context, out).write(written);
  }
  if (first.error != BitmapError::none)
    return first.error == BitmapError::too_large ? Trouble::too_large : Trouble::broken;
  const PixelLayout layout = first.rows->layout();
  const Trouble trouble = check({layout.width, layout.height, 1}, 1, context);
  if (trouble != Trouble::none) return trouble;
  facts.resolution = first.resolution;
  PngStyle style;
  style.palette = first.few_colours;
  return write_best_png([&] { return open().rows; }, style, facts, uint64_t{layout.width} * layout.height,
                        context, out);
}

Outcome held(Trouble trouble) {
  switch (trouble) {
    case Trouble::too_large:
      return Outcome::held("image-too-large");
    case Trouble::too_many_pages:
      return Outcome::held("image-too-many-pages");
    case Trouble::too_complex:
      return Outcome::held("image-too-complex");
    case Trouble::sink:
      return Outcome::failed("output");
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
  ImageFacts facts = image_facts(input.bytes, type, context.profile.limits.max_image_pages);
  if (facts.broken) return held(Trouble::broken);
  if (facts.raw_photo) return Outcome::held("raw-photo");
  if (facts.too_complex) return held(Trouble::too_complex);
  if (facts.decoder_bytes > kMostDecoderBytes) return held(Trouble::too_large);
  if (type.id == "svg")
    if (const std::string_view obstacle = svg_obstacle(input.bytes); !obstacle.empty())
      return Outcome::held(std::string(obstacle));
  std::string_view written = type.id;
  Trouble trouble = Trouble::none;
  if (type.id == "bmp" || type.id == "ico") {
    trouble = write_bitmap(input.bytes, type.id == "ico", facts, context, out);
    written = "png";
  } else if (type.id == "tiff") {
    trouble = write_tiff(input.bytes, facts, context, out);
  } else if (const auto apng = facts.animated ? read_apng(input.bytes, context.profile.limits.max_image_pages)
                                              : std::nullopt) {
    trouble = write_apng(*apng, context, out);
  } else {
    facts.animation_lost = facts.animated;
    OnePicture picture(input.bytes, type.id, facts, context, out);
    trouble = picture.write(written);
    facts = picture.facts();
  }
  if (trouble != Trouble::none) return held(trouble);

  Outcome outcome;
  outcome.action = written == type.id ? Action::rebuilt : Action::converted;
  outcome.method = 3;
  outcome.type_out = type_by_id(written);
  outcome.removed = removed_of(facts);
  if (type.id == "svg") outcome.reasons.push_back("rasterised");
  const bool missed = facts.trailing_data || facts.animation_lost || written != type.id;
  outcome.kind = missed ? Outcome::Kind::altered : Outcome::Kind::clean;
  return outcome;
}

}  // namespace mugai::sanitize
