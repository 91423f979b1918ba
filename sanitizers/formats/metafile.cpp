#include "sanitizers/formats/metafile.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "sanitizers/convert/office_pdf.h"
#include "sanitizers/convert/page_picture.h"
#include "sanitizers/convert/pdf_methods.h"
#include "sanitizers/little_endian.h"
#include "sanitizers/mime/transfer.h"

namespace mugai::sanitize {

namespace {

constexpr double kMillimetresPerInch = 25.4;
constexpr double kLeastSide = 0.5, kMostSide = 2'000;   // millimetres
constexpr double kMostPixels = 4'000'000;
constexpr double kBestDpi = 200, kLeastDpi = 20;

int32_t i16(Bytes bytes, size_t at) { return static_cast<int16_t>(u16(bytes, at)); }
int32_t i32(Bytes bytes, size_t at) { return static_cast<int32_t>(u32(bytes, at)); }

MetafileSize size_of_emf(Bytes emf) {
  constexpr size_t kFrame = 24;   // hundredths of a millimetre: left, top, right, bottom
  const auto side = [&](size_t from, size_t to) { return (static_cast<double>(i32(emf, to)) - i32(emf, from)) / 100; };
  return {side(kFrame, kFrame + 8), side(kFrame + 4, kFrame + 12)};
}

MetafileSize size_of_wmf(Bytes wmf) {
  constexpr size_t kBox = 6, kUnitsPerInch = 14;
  const double unit = kMillimetresPerInch / std::max<uint32_t>(u16(wmf, kUnitsPerInch), 1);
  return {std::abs(i16(wmf, kBox + 4) - i16(wmf, kBox)) * unit, std::abs(i16(wmf, kBox + 6) - i16(wmf, kBox + 2)) * unit};
}

// Without the header that says its size, as documents hold them: its window in units that only its proportions matter of.
MetafileSize size_of_bare_wmf(Bytes wmf) {
  constexpr size_t kHeader = 18, kRecordHead = 6;
  constexpr uint32_t kSetWindowExtent = 0x020C, kMostRecords = 1'000;
  constexpr double kLongSide = 120;
  size_t at = kHeader;
  for (uint32_t i = 0; i < kMostRecords && at + kRecordHead + 4 <= wmf.size(); ++i) {
    if (u16(wmf, at + 4) == kSetWindowExtent) {
      const double height = std::abs(i16(wmf, at + kRecordHead)), width = std::abs(i16(wmf, at + kRecordHead + 2));
      const double scale = kLongSide / std::max({width, height, 1.0});
      return {width * scale, height * scale};
    }
    at += std::max<size_t>(size_t{u32(wmf, at)} * 2, kRecordHead);
  }
  return {};
}

std::string millimetres(double value) {
  std::array<char, 32> text{};
  return {text.data(), static_cast<size_t>(std::snprintf(text.data(), text.size(), "%.2fmm", value))};
}

// A drawing of one page, and on it nothing but the metafile: OpenDocument 1.2 as one file of XML.
bool write_drawing(Bytes metafile, const MetafileSize& size, Sink& out) {
  const std::string width = millimetres(size.width), height = millimetres(size.height);
  const std::string begin =
      R"(<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0")"
      R"( xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0")"
      R"( xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0")"
      R"( office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.graphics"><office:styles/><office:automatic-styles>)"
      R"(<style:page-layout style:name="p"><style:page-layout-properties fo:margin-top="0mm" fo:margin-bottom="0mm" fo:margin-left="0mm")"
      R"( fo:margin-right="0mm" fo:page-width=")" + width + R"(" fo:page-height=")" + height + R"(" style:print-orientation=")" +
      (size.width > size.height ? "landscape" : "portrait") +
      R"("/></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="m" style:page-layout-name="p"/>)"
      R"(</office:master-styles><office:body><office:drawing><draw:page draw:name="a" draw:master-page-name="m"><draw:frame svg:x="0mm")"
      R"( svg:y="0mm" svg:width=")" + width + R"(" svg:height=")" + height + R"("><draw:image><office:binary-data>)";
  Base64Encoder encoder;
  return out.write(begin) && encoder.encode(metafile, out) && encoder.finish(out) &&
         out.write("</office:binary-data></draw:image></draw:frame></draw:page></office:drawing></office:body></office:document>");
}

uint32_t dpi_for(const MetafileSize& size) {
  const double square_inches = size.width * size.height / (kMillimetresPerInch * kMillimetresPerInch);
  return static_cast<uint32_t>(std::clamp(std::sqrt(kMostPixels / square_inches), kLeastDpi, kBestDpi));
}

}  // namespace

std::optional<MetafileSize> metafile_size(Bytes untrusted) {
  constexpr Bytes kEmf = " EMF", kWmf = "\xd7\xcd\xc6\x9a";
  constexpr size_t kEmfSignature = 40;
  MetafileSize size;
  if (slice(untrusted, kEmfSignature, kEmf.size()) == kEmf) size = size_of_emf(untrusted);
  else if (untrusted.starts_with(kWmf)) size = size_of_wmf(untrusted);
  else size = size_of_bare_wmf(untrusted);
  const auto fits = [](double side) { return side >= kLeastSide && side <= kMostSide; };
  return fits(size.width) && fits(size.height) ? std::optional(size) : std::nullopt;
}

Outcome MetafileFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  const std::optional<MetafileSize> size = metafile_size(input.bytes);
  if (!size) return Outcome::held("broken-image");
  if (!context.converter) return conversion_problem(Converted::unavailable);
  Blob drawing(context.workspace), page(context.workspace);
  if (!write_drawing(input.bytes, *size, drawing) || !drawing.finish()) return Outcome::failed("workspace");
  Outcome outcome = office_to_pdf(drawing.bytes(), OfficeKind::odg, input, page, context);
  if (!outcome.leaves()) return outcome;
  if (!page.finish()) return Outcome::failed("workspace");
  const Converted drawn = draw_page(page.bytes(), 1, dpi_for(*size), *context.converter, out);
  if (drawn != Converted::ok) return conversion_problem(drawn);
  outcome = {};
  outcome.kind = Outcome::Kind::altered;
  outcome.reasons.emplace_back("drawing-to-picture");
  outcome.action = Action::converted;
  outcome.method = 3;
  outcome.type_out = type_by_id("png");
  return outcome;
}

}  // namespace mugai::sanitize
