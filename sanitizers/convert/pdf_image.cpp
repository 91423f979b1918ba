#include <algorithm>
#include <cmath>

#include "sanitizers/convert/image_pdf.h"
#include "sanitizers/convert/page_units.h"
#include "sanitizers/convert/pdf_methods.h"

namespace mugai::sanitize {

namespace {

constexpr uint64_t kMostPagePixels = 36'000'000;   // some A0 at 150 dpi; three bytes each
constexpr uint64_t kSlackPixels = 300'000;         // sides are rounded up
constexpr uint32_t kLeastDpi = 36;                 // below this nothing can be read
constexpr uint32_t kLowerDpi[] = {200, 150, 110, 75};
constexpr uint32_t kMostDpi = 1'200;               // for a converter, to which a unit is a point
constexpr uint64_t kMostWordBytes = 256ull << 20;
constexpr double kPointsPerInch = 72;

// As attachments are written a mail grows by a third, and there may be more in it.
uint64_t most_output_bytes(const Profile& profile) { return profile.max_output_bytes / 10 * 6; }

// As a converter understands it: dots for 72 units. No more than can be held in memory.
uint32_t dpi_for(const PageWords& page, uint32_t wanted) {
  wanted = static_cast<uint32_t>(std::min<double>(wanted * page.unit, kMostDpi));
  const double square_inches = page.width * page.height / (kPointsPerInch * kPointsPerInch);
  const double most = std::sqrt(static_cast<double>(kMostPagePixels) / std::max(square_inches, 0.01));
  return static_cast<uint32_t>(std::min<double>(wanted, most));
}

// Whether nothing was drawn where a word should be.
bool is_bare(const Pixmap& page, const Word& word, double scale) {
  const auto clamp = [](double value, uint32_t most) { return static_cast<size_t>(std::clamp<double>(value, 0, most)); };
  const size_t left = clamp(std::floor(word.left * scale), page.width), right = clamp(std::ceil(word.right * scale), page.width);
  const size_t top = clamp(std::floor(word.top * scale), page.height), bottom = clamp(std::ceil(word.bottom * scale), page.height);
  if (left >= right || top >= bottom) return false;   // beside the page: nobody expects to see it
  const size_t bands = static_cast<size_t>(page.bands);
  const Bytes pixels = page.pixels;
  const Bytes first = slice(pixels, (top * page.width + left) * bands, bands);
  for (size_t y = top; y < bottom; ++y)
    for (size_t x = left; x < right; ++x)
      if (slice(pixels, (y * page.width + x) * bands, bands) != first) return false;
  return true;
}

// A document's fonts are not there, or its character tables are not: programs then draw nothing and say nothing. Some
// invisible text is usual (marks for readers of the blind, text behind a scan); a page of nothing else is not.
bool lost_its_text(const Pixmap& page, const PageInk& ink, const PageWords& words, double scale) {
  constexpr size_t kFew = 8;
  if (words.words.empty()) return false;
  if (ink.uniform) return true;
  if (words.words.size() < kFew) return false;
  const auto bare = std::count_if(words.words.begin(), words.words.end(), [&](const Word& word) { return is_bare(page, word, scale); });
  return static_cast<size_t>(bare) * 10 > words.words.size() * 9;
}

std::vector<Word> in_points(const PageWords& page) {
  std::vector<Word> out = page.words;
  const auto unit = static_cast<float>(page.unit);
  for (Word& word : out) {
    word.left *= unit;
    word.top *= unit;
    word.right *= unit;
    word.bottom *= unit;
  }
  return out;
}

// One try at one resolution.
class Rendering {
 public:
  enum class End { done, too_large, held };

  Rendering(Bytes pdf, const std::vector<PageWords>& pages, uint32_t dpi, Context& context, Sink& out)
      : pdf_(pdf), pages_(pages), dpi_(dpi), context_(context), most_(most_output_bytes(context.profile)),
        writer_(out, context.profile.image_text_layer) {}

  End run() {
    while (next_ < pages_.size()) {
      const size_t begin = next_;
      const uint32_t dpi = dpi_for(pages_[begin], dpi_);
      const double seen = dpi / pages_[begin].unit;
      if (seen < kLeastDpi) return hold(Outcome::held("image-too-large"));
      size_t end = begin + 1;
      while (end < pages_.size() && dpi_for(pages_[end], dpi_) == dpi && pages_[end].unit == pages_[begin].unit) ++end;
      lowest_ = std::min(lowest_, static_cast<uint32_t>(std::lround(seen)));
      PixmapReader reader(kMostPagePixels + kSlackPixels, [&](Pixmap& page) { return next_ < end && take(page, dpi); });
      const Conversion conversion = Conversion::pages(static_cast<uint32_t>(begin + 1), static_cast<uint32_t>(end), dpi);
      const Converted how = context_.converter->convert(conversion, pdf_, UINT64_MAX, reader);
      if (outgrown_) return End::too_large;
      if (!outcome_.reasons.empty()) return End::held;
      if (how == Converted::sink_failed) return hold(Outcome::held("converter-failed"));   // not what a converter writes
      if (how != Converted::ok) return hold(conversion_problem(how));
      if (!reader.at_end_of_one() || next_ != end) return hold(Outcome::held("converter-failed"));
    }
    if (!writer_.finish()) return hold(Outcome::failed("workspace"));
    return End::done;
  }

  Outcome& outcome() { return outcome_; }
  uint32_t lowest_dpi() const { return lowest_; }

 private:
  End hold(Outcome outcome) {
    outcome_ = std::move(outcome);
    return End::held;
  }

  bool take(Pixmap& page, uint32_t dpi) {
    const PageWords& words = pages_[next_++];
    const double scale = dpi / kPointsPerInch;
    // Which of the two it is says whether the page is shown turned.
    const auto fits = [&](double width, double height) {
      return std::abs(page.width - width * scale) < 2 && std::abs(page.height - height * scale) < 2;
    };
    const bool upright = fits(words.width, words.height);
    if (!upright && !fits(words.height, words.width)) return refuse(Outcome::held("converter-failed"));
    const PageInk ink = ink_of(page);
    if (lost_its_text(page, ink, words, scale)) return refuse(Outcome::held("blank-page"));
    const std::optional<EncodedPage> encoded = encode_page(page, ink);
    if (!encoded) return refuse(Outcome::failed("image-library"));
    const double width = upright ? words.width : words.height, height = upright ? words.height : words.width;
    const bool written = writer_.add_page(*encoded, width * words.unit, height * words.unit, in_points(words));
    if (!written) return refuse(Outcome::failed("workspace"));
    outgrown_ = writer_.written() > most_;
    return !outgrown_;
  }

  bool refuse(Outcome outcome) {
    outcome_ = std::move(outcome);
    return false;
  }

  Bytes pdf_;
  const std::vector<PageWords>& pages_;
  uint32_t dpi_;
  Context& context_;
  uint64_t most_;
  ImagePdf writer_;
  Outcome outcome_;
  size_t next_ = 0;
  uint32_t lowest_ = UINT32_MAX;
  bool outgrown_ = false;
};

}  // namespace

Outcome pdf_to_image(Bytes pdf, Sink& out, Context& context) {
  if (!context.converter) return conversion_problem(Converted::unavailable);
  const uint32_t max_pages = context.profile.limits.max_document_pages;
  PageWordsReader words(size_t{max_pages} + 1);
  const Conversion look = Conversion::text(Tool::pdf_words, 1, max_pages + 1);
  const Converted how = context.converter->convert(look, pdf, kMostWordBytes, words);
  if (how == Converted::too_large || words.too_large()) return Outcome::held("text-too-large");
  if (how == Converted::sink_failed) return conversion_problem(Converted::failed);
  if (how != Converted::ok) return conversion_problem(how);
  if (!words.finish() || words.pages.empty()) return conversion_problem(Converted::failed);
  if (words.pages.size() > max_pages) return Outcome::held("too-many-pages");
  const std::optional<std::vector<double>> units = page_units(pdf);
  if (units && units->size() == words.pages.size())
    for (size_t i = 0; i < units->size(); ++i) words.pages[i].unit = (*units)[i];

  const uint32_t wanted = context.profile.image_dpi;
  std::vector<uint32_t> resolutions = {wanted};
  std::copy_if(std::begin(kLowerDpi), std::end(kLowerDpi), std::back_inserter(resolutions), [&](uint32_t dpi) { return dpi < wanted; });
  for (const uint32_t dpi : resolutions) {
    Blob result(context.workspace);
    Rendering rendering(pdf, words.pages, dpi, context, result);
    const Rendering::End end = rendering.run();
    if (end == Rendering::End::too_large) continue;
    if (end == Rendering::End::held) return std::move(rendering.outcome());
    if (!result.finish()) return Outcome::failed("workspace");
    if (!out.write(result.bytes())) return Outcome::failed("output");
    Outcome outcome;
    outcome.kind = Outcome::Kind::altered;
    outcome.action = Action::image;
    outcome.method = 2;
    outcome.type_out = type_by_id("pdf");
    if (rendering.lowest_dpi() < wanted) outcome.reasons.push_back("lower-resolution");
    return outcome;
  }
  return Outcome::held("output-too-large");
}

}  // namespace mugai::sanitize
