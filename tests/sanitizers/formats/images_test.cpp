#include "sanitizers/formats/images.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "sanitizers/formats/apng.h"
#include "sanitizers/formats/image_facts.h"
#include "sanitizers/formats/png_writer.h"
#include "sanitizers/formats/tiff_writer.h"
#include "sanitizers/formats/vips_adapter.h"
#include "support.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Images : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(init_images()); }
};

std::string pixels(Bytes bytes, std::string_view format, size_t page = 0) {
  vips::Picture picture;
  if (format == "tiff") {
    const TiffPage found = image_facts(bytes, *type_by_id("tiff"), 100).pages.at(page);
    picture = vips::open_tiff(bytes, {found.directory, found.next_at});
  } else {
    picture = vips::open(bytes, format);
  }
  const auto rows = vips::rows_of(std::move(picture));
  if (!rows) return "";
  std::string all;
  while (const uint8_t* row = rows->next())
    all.append(reinterpret_cast<const char*>(row), rows->layout().row_bytes());
  return all;
}

class MemoryRows : public RowSource {
 public:
  MemoryRows(std::string pixels, const PixelLayout& layout) : pixels_(std::move(pixels)), layout_(layout) {}
  const PixelLayout& layout() const override { return layout_; }
  const uint8_t* next() override {
    return y_ == layout_.height
               ? nullptr
               : reinterpret_cast<const uint8_t*>(pixels_.data()) + y_++ * layout_.row_bytes();
  }

 private:
  std::string pixels_;
  PixelLayout layout_;
  uint32_t y_ = 0;
};

std::string jpeg_of(uint32_t width, uint32_t height, const JpegStyle& style,
                    const Resolution& resolution = {}) {
  StringSink sink;
  MemoryRows rows(gradient(width, height), {width, height, 3, 1});
  EXPECT_EQ(write_jpeg(rows, style, resolution, sink), WriteError::none);
  return sink.text;
}

std::string tiff_of(const std::vector<std::pair<std::string, PixelLayout>>& pages, const TiffStyle& style,
                    const Resolution& resolution = {}) {
  StringSink sink;
  const auto workspace = Workspace::in_memory();
  TiffWriter writer(*workspace, sink);
  for (size_t i = 0; i < pages.size(); ++i) {
    MemoryRows rows(pages[i].first, pages[i].second);
    EXPECT_EQ(writer.add_page(rows, style, resolution, i + 1 == pages.size()), WriteError::none);
  }
  return sink.text;
}

std::string encoded(std::string_view format, uint32_t side = 32) {
  const std::string rgb = gradient(side, side), png = png_of(side, side, rgb);
  StringSink sink;
  if (format == "png") return png;
  if (format == "jpeg") return jpeg_of(side, side, {});
  if (format == "tiff") return tiff_of({{rgb, {side, side, 3, 1}}}, {});
  const vips::Picture picture = vips::open(png, "png");
  EXPECT_TRUE(format == "gif" ? vips::save_gif(picture, sink) : vips::save_webp(picture, false, 80, sink));
  return sink.text;
}

ImageFacts facts_of(Bytes bytes, std::string_view type) {
  return image_facts(bytes, *type_by_id(type), 100);
}

int largest_difference(const std::string& a, const std::string& b) {
  if (a.size() != b.size() || a.empty()) return 256;
  int largest = 0;
  for (size_t i = 0; i < a.size(); ++i)
    largest =
        std::max(largest, std::abs(static_cast<unsigned char>(a[i]) - static_cast<unsigned char>(b[i])));
  return largest;
}

TEST_F(Images, PngKeepsEveryPixelAndLosesComments) {
  const std::string rgb = gradient(32, 20);
  const Treated treated = treat(png_of(32, 20, rgb, png_chunk("tEXt", "Comment\0secret"s)), "png");
  ASSERT_EQ(treated.outcome.kind, Outcome::Kind::clean);
  EXPECT_EQ(treated.outcome.action, Action::rebuilt);
  EXPECT_EQ(treated.outcome.method, 3);
  EXPECT_EQ(treated.removed("comment"), 1u);
  EXPECT_EQ(pixels(treated.bytes, "png"), rgb);
  EXPECT_THAT(treated.bytes, Not(HasSubstr("secret")));
}

TEST_F(Images, WhatFollowsThePictureIsCutOffAndNamed) {
  const std::string png = png_of(8, 8, gradient(8, 8));
  const Treated treated = treat(png + "PK\3\4 and a program", "png");
  EXPECT_EQ(treated.outcome.kind, Outcome::Kind::altered);
  EXPECT_EQ(treated.removed("trailing-data"), 1u);
  EXPECT_THAT(treated.bytes, Not(HasSubstr("program")));
  for (const char* format : {"jpeg", "gif", "webp"})
    EXPECT_EQ(treat(encoded(format) + "<script>", format).removed("trailing-data"), 1u) << format;
  EXPECT_EQ(treat(encoded("jpeg") + "\0\0\0\0"s, "jpeg").removed("trailing-data"), 0u) << "zeros are padding";
}

TEST_F(Images, JpegKeepsItsTablesItsSamplingAndEveryDot) {
  for (const int quality : {50, 75, 90, 100}) {
    for (const int sampling : {1, 2}) {
      JpegStyle style;
      style.quality = quality;
      style.horizontal = sampling;
      style.progressive = quality == 90;
      const std::string source = jpeg_of(128, 100, style);
      const Treated once = treat(source, "jpeg"), twice = treat(once.bytes, "jpeg");
      const JpegStyle before = facts_of(source, "jpeg").jpeg, after = facts_of(once.bytes, "jpeg").jpeg;
      EXPECT_EQ(before.tables, after.tables);
      EXPECT_EQ(after.horizontal, sampling);
      EXPECT_EQ(after.vertical, before.vertical);
      EXPECT_EQ(after.progressive, before.progressive);
      EXPECT_LE(once.bytes.size(), source.size() * 21 / 20);
      EXPECT_EQ(largest_difference(pixels(source, "jpeg"), pixels(once.bytes, "jpeg")), 0) << quality;
      EXPECT_EQ(twice.bytes, once.bytes) << quality;
    }
  }
}

TEST_F(Images, ResolutionIsKept) {
  const Resolution fax{204, 196};
  EXPECT_NEAR(facts_of(treat(jpeg_of(16, 16, {}, fax), "jpeg").bytes, "jpeg").resolution.y, 196, 0.5);
  const Treated tiff = treat(tiff_of({{gradient(16, 16), {16, 16, 3, 1}}}, {}, fax), "tiff");
  EXPECT_NEAR(facts_of(tiff.bytes, "tiff").pages.at(0).resolution.x, 204, 0.5);
  const Treated png =
      treat(png_of(8, 8, gradient(8, 8), png_chunk("pHYs", be32(8031) + be32(7717) + "\1")), "png");
  EXPECT_NEAR(facts_of(png.bytes, "png").resolution.x, 204, 0.5);
  EXPECT_FALSE(facts_of(treat(encoded("png"), "png").bytes, "png").resolution.known()) << "none is made up";
}

TEST_F(Images, FewColoursStayAPalette) {
  const std::string header = be32(4) + be32(2) + "\x02\x03\0\0\0"s;  // two bits, palette
  const std::string rows = "\0\x1b\0\xe4"s;
  uint32_t a = 1, b = 0;
  for (const char c : rows) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  const std::string stream = "\x78\x01\x01\x04\0\xfb\xff"s + rows + be32(b << 16 | a);
  const std::string source = "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", header) +
                             png_chunk("PLTE", "\xff\0\0\0\xff\0\0\0\xff\x10\x20\x30"s) +
                             png_chunk("tRNS", "\xff\x80"s) + png_chunk("IDAT", stream) +
                             png_chunk("IEND", "");
  const Treated treated = treat(source, "png");
  ASSERT_TRUE(treated.left());
  EXPECT_TRUE(facts_of(treated.bytes, "png").png_palette);
  EXPECT_EQ(facts_of(treated.bytes, "png").bits, 2);
  EXPECT_EQ(pixels(treated.bytes, "png"), pixels(source, "png"));
}

TEST_F(Images, GreyOfFewBitsAndOf16BitsStaysWhatItIs) {
  StringSink one_bit, deep;
  const Resolution none;
  const OpenRows bilevel = [] {
    return std::make_unique<MemoryRows>("\xff\0\xff\xff\0\0"s, PixelLayout{3, 2, 1, 1});
  };
  ASSERT_EQ(write_png(bilevel, {false, 1, false, 6}, none, one_bit), WriteError::none);
  const Treated small = treat(one_bit.text, "png");
  EXPECT_EQ(facts_of(small.bytes, "png").bits, 1);
  EXPECT_EQ(pixels(small.bytes, "png"), "\xff\0\xff\xff\0\0"s);
  const OpenRows words = [] {
    return std::make_unique<MemoryRows>("\x01\x02\x03\x04"s, PixelLayout{2, 1, 1, 2});
  };
  ASSERT_EQ(write_png(words, {}, none, deep), WriteError::none);
  const Treated large = treat(deep.text, "png");
  EXPECT_EQ(facts_of(large.bytes, "png").bits, 16);
  EXPECT_EQ(pixels(large.bytes, "png"), "\x01\x02\x03\x04"s);
}

TEST_F(Images, JpegIsTurnedUprightAndExifGoes) {
  // EXIF with one entry: orientation 6, to be shown turned clockwise by 90 degrees.
  const std::string exif =
      "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"s + "GPS home address";
  std::string source = encoded("jpeg", 96);
  const auto length = static_cast<uint32_t>(exif.size() + 2);
  source.insert(2, "\xff\xe1"s + static_cast<char>(length >> 8) + static_cast<char>(length) + exif);
  const Treated treated = treat(source, "jpeg");
  ASSERT_TRUE(treated.left());
  EXPECT_EQ(treated.removed("metadata"), 1u);
  EXPECT_THAT(treated.bytes, Not(HasSubstr("home address")));
  EXPECT_EQ(treat(treated.bytes, "jpeg").bytes, treated.bytes) << "and stays as it is";
  const std::string before = pixels(source, "jpeg"), after = pixels(treated.bytes, "jpeg");
  // Red grew to the right; turned, it grows downwards.
  EXPECT_LT(static_cast<unsigned char>(after[0]), 40);
  EXPECT_GT(static_cast<unsigned char>(after[95 * 96 * 3]), 90);
}

TEST_F(Images, LosslessFormatsAreFixedPoints) {
  for (const char* format : {"png", "gif", "tiff"}) {
    const Treated once = treat(encoded(format), format), twice = treat(once.bytes, format);
    ASSERT_TRUE(twice.left()) << format;
    EXPECT_EQ(pixels(once.bytes, format), pixels(twice.bytes, format)) << format;
    EXPECT_THAT(twice.outcome.removed, testing::IsEmpty()) << format;
  }
  EXPECT_THAT(treat(treat(encoded("webp"), "webp").bytes, "webp").outcome.removed, testing::IsEmpty());
}

TEST_F(Images, TiffKeepsPagesOfDifferentSizeAndFaxCompression) {
  const std::string first(64 * 32, '\xff');
  std::string second(32 * 48, '\0');
  second[5] = '\xff';
  TiffStyle fax;
  fax.compression = TiffCompression::fax4;
  fax.bilevel = true;
  const std::string source = tiff_of({{first, {64, 32, 1, 1}}, {second, {32, 48, 1, 1}}}, fax);
  const Treated treated = treat(source, "tiff");
  ASSERT_EQ(treated.outcome.kind, Outcome::Kind::clean);
  EXPECT_EQ(treated.bytes, source);
  const ImageFacts facts = facts_of(treated.bytes, "tiff");
  ASSERT_EQ(facts.pages.size(), 2u);
  EXPECT_EQ(facts.pages[1].width, 32u);
  EXPECT_EQ(facts.pages[1].height, 48u);
  EXPECT_EQ(facts.pages[1].bits, 1);
  EXPECT_EQ(facts.pages[1].compression, 4);
  EXPECT_EQ(pixels(treated.bytes, "tiff", 0), first);
  EXPECT_EQ(pixels(treated.bytes, "tiff", 1), second);
}

TEST_F(Images, TiffIsCompressedAsItCame) {
  const std::string rgb = gradient(120, 100);
  for (const TiffCompression compression :
       {TiffCompression::deflate, TiffCompression::lzw, TiffCompression::packbits, TiffCompression::jpeg}) {
    TiffStyle style;
    style.compression = compression;
    const std::string source = tiff_of({{rgb, {120, 100, 3, 1}}, {rgb, {120, 100, 3, 1}}}, style);
    const Treated treated = treat(source, "tiff");
    ASSERT_TRUE(treated.left());
    EXPECT_EQ(facts_of(treated.bytes, "tiff").pages.at(1).compression,
              facts_of(source, "tiff").pages.at(1).compression);
    EXPECT_LE(largest_difference(pixels(treated.bytes, "tiff", 1), rgb),
              compression == TiffCompression::jpeg ? 12 : 0);
    EXPECT_LE(treated.bytes.size(), source.size() * 21 / 20);
  }
}

TEST_F(Images, TiffWhosePagesGoRoundInCirclesEnds) {
  const auto entry = [](uint32_t tag, uint32_t value) { return le16(tag) + le16(4) + le32(1) + le32(value); };
  const std::string loop =
      "II*\0"s + le32(8) + le16(2) + entry(256, 4) + entry(257, 4) + le32(8) + std::string(64, '\0');
  EXPECT_FALSE(treat(loop, "tiff").left());
  EXPECT_FALSE(treat("II*\0\0\0\0\0"s, "tiff").left()) << "no page at all";
  std::string many = "II*\0"s + le32(8);
  for (uint32_t i = 0; i < 600; ++i) many += le16(2) + entry(256, 1) + entry(257, 1) + le32(8 + 30 * (i + 1));
  EXPECT_THAT(treat(many, "tiff").outcome.reasons, ElementsAre("image-too-many-pages"));
}

TEST_F(Images, JpegOfManyScansIsHeldBeforeItIsDecoded) {
  const std::string source = encoded("jpeg", 64);
  std::string bomb = source.substr(0, source.size() - 2);
  for (int i = 0; i < 100; ++i) bomb += "\xff\xda\0\x08\x01\x01\0\0\x3f\0"s;
  EXPECT_THAT(treat(bomb + "\xff\xd9", "jpeg").outcome.reasons, ElementsAre("image-too-complex"));
}

// Two frames, the second in a corner; `x` of it, so that it can be put outside.
std::string apng_of(uint32_t x) {
  StringSink sink;
  Apng plan;
  plan.width = plan.height = 8;
  plan.plays = 3;
  plan.frames = {{8, 8, 0, 0, 10, 100, 0, 0, {}}, {4, 4, x, 2, 25, 100, 1, 1, {}}};
  ApngWriter writer(plan, sink);
  EXPECT_TRUE(writer.add_frame(png_of(8, 8, gradient(8, 8))));
  EXPECT_TRUE(writer.add_frame(png_of(4, 4, std::string(48, '\x55'))));
  return sink.text;
}

TEST_F(Images, AnimatedPngStaysAnimated) {
  const Treated treated = treat(apng_of(3) + "trailing", "png");
  EXPECT_EQ(treated.removed("animation"), 0u);
  EXPECT_EQ(treated.removed("trailing-data"), 1u);
  const auto apng = read_apng(treated.bytes, 10);
  ASSERT_TRUE(apng);
  ASSERT_EQ(apng->frames.size(), 2u);
  EXPECT_EQ(apng->plays, 3u);
  EXPECT_EQ(apng->frames[1].x, 3u);
  EXPECT_EQ(apng->frames[1].delay, 25u);
  EXPECT_EQ(apng->frames[1].blend, 1u);
  EXPECT_EQ(pixels(apng->still(0), "png"), gradient(8, 8));
  EXPECT_EQ(pixels(apng->still(1), "png"), std::string(48, '\x55'));
  EXPECT_EQ(treat(treated.bytes, "png").outcome.kind, Outcome::Kind::clean);
}

TEST_F(Images, MalformedAnimationLeavesTheStillPicture) {
  const Treated outside = treat(apng_of(5), "png");
  EXPECT_EQ(outside.removed("animation"), 1u);
  EXPECT_EQ(pixels(outside.bytes, "png"), gradient(8, 8));
  std::string late = apng_of(3);
  late.replace(late.find("fcTL", late.find("fcTL") + 1) + 4, 4, be32(7));  // a number out of order
  EXPECT_FALSE(read_apng(late, 10));
  EXPECT_FALSE(read_apng(apng_of(3), 1)) << "more frames than the limit";
}

TEST_F(Images, PngThatUnpacksToMuchMoreThanItsDotsIsHeld) {
  const std::string rgb = gradient(8, 8);
  std::string texts;
  for (int i = 0; i < 20; ++i) texts += png_chunk("zTXt", "a\0\0\x78\x9c\x03\0\0\0\0\x01"s);
  EXPECT_THAT(treat(png_of(8, 8, rgb, texts), "png").outcome.reasons, ElementsAre("image-too-complex"));
  const std::string more = png_chunk("IDAT", std::string(100'000, '\0'));
  EXPECT_THAT(treat(png_of(8, 8, rgb, more), "png").outcome.reasons, ElementsAre("image-too-complex"));
}

TEST_F(Images, ManyPagesCostNoMoreThanTheirSum) {
  const std::string dots(16 * 16, '\xff');
  const std::string source =
      tiff_of(std::vector<std::pair<std::string, PixelLayout>>(400, {dots, {16, 16, 1, 1}}), {});
  EXPECT_EQ(facts_of(source, "tiff").pages.size(), 101u) << "no more are read than asked for";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(treat(source, "tiff").left());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(Images, SizesThatAreSaidTwiceOrOfHugeTilesAreNotBelieved) {
  std::string jpeg = encoded("jpeg");
  const size_t frame = jpeg.find("\xff\xc0");
  jpeg.insert(jpeg.size() - 2, jpeg.substr(frame, 19));
  EXPECT_FALSE(treat(jpeg, "jpeg").left());
  const auto entry = [](uint32_t tag, uint32_t value) { return le16(tag) + le16(4) + le32(1) + le32(value); };
  const std::string tiles = "II*\0"s + le32(8) + le16(4) + entry(256, 4) + entry(257, 4) + entry(322, 60'000) +
                            entry(323, 60'000) + le32(0);
  EXPECT_THAT(treat(tiles, "tiff").outcome.reasons, ElementsAre("image-too-complex"));
}

TEST_F(Images, PlaceThumbnailAndCommentAreNamed) {
  const auto entry = [](uint32_t tag, uint32_t value) { return le16(tag) + le16(4) + le32(1) + le32(value); };
  const std::string exif =
      "Exif\0\0II*\0\x08\0\0\0"s + le16(1) + entry(0x8825, 40) + le32(26) + std::string(30, '\0');
  std::string source = encoded("jpeg");
  source.insert(2, "\xff\xe1\0"s + static_cast<char>(exif.size() + 2) + exif + "\xff\xfe\0\x08secret"s);
  const Treated treated = treat(source, "jpeg");
  EXPECT_EQ(treated.removed("location"), 1u);
  EXPECT_EQ(treated.removed("thumbnail"), 1u);
  EXPECT_EQ(treated.removed("comment"), 1u);
  EXPECT_THAT(treat(treated.bytes, "jpeg").outcome.removed, testing::IsEmpty());
}

TEST_F(Images, WebpQualityIsReadFromItsHeader) {
  const std::string png = png_of(64, 64, gradient(64, 64));
  for (const int quality : {30, 50, 75, 90}) {
    StringSink sink;
    ASSERT_TRUE(vips::save_webp(vips::open(png, "png"), false, quality, sink));
    EXPECT_NEAR(facts_of(sink.text, "webp").webp_quality, quality, 6);
  }
}

TEST_F(Images, BitmapBecomesPngWithTheSamePixels) {
  const std::string rgb = gradient(5, 3);
  const Treated treated = treat(bmp24_of(5, 3, rgb), "bmp");
  ASSERT_TRUE(treated.left());
  EXPECT_EQ(treated.outcome.type_out->id, "png");
  EXPECT_EQ(treated.outcome.action, Action::converted);
  EXPECT_EQ(pixels(treated.bytes, "png"), rgb);
}

// So few pixels that a string keeps them inside of itself: whoever looks at them must not be moved away from.
TEST_F(Images, TinyBitmapKeepsItsPixels) {
  const std::string rgb = "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c";
  EXPECT_EQ(pixels(treat(bmp24_of(2, 2, rgb), "bmp").bytes, "png"), rgb);
}

TEST_F(Images, RunLengthBitmapIsDecoded) {
  // Two rows of four: bottom 1 1 1 2, top 2 then three literal pixels 1 2 1.
  const std::string info =
      le32(40) + le32(4) + le32(2) + le16(1) + le16(8) + le32(1) + std::string(12, '\0') + le32(3) + le32(0);
  const std::string palette = "\0\0\0\0\x01\x02\x03\0\x11\x12\x13\0"s;
  const std::string runs = "\x03\x01\x01\x02\0\0\x01\x02\0\x03\x01\x02\x01\0\0\x01"s;
  const std::string bmp = "BM"s + le32(0) + le32(0) + le32(54 + 12) + info + palette + runs;
  EXPECT_EQ(pixels(treat(bmp, "bmp").bytes, "png"), "\x13\x12\x11\x03\x02\x01\x13\x12\x11\x03\x02\x01"s +
                                                        "\x03\x02\x01\x03\x02\x01\x03\x02\x01\x13\x12\x11"s);
}

TEST_F(Images, IconKeepsItsLargestPictureAndItsMask) {
  const auto dib = [](uint32_t side, char shade) {
    return le32(40) + le32(side) + le32(2 * side) + le16(1) + le16(24) + std::string(24, '\0') +
           std::string(side * ((side * 3 + 3) / 4 * 4), shade) + "\x80\0\0\0"s +
           std::string(4 * (side - 1), '\0');  // the bottom left pixel is masked out
  };
  const std::string small = dib(4, '\x10'), large = dib(8, '\x20');
  const auto entry = [](char side, const std::string& picture, uint32_t at) {
    return std::string{side, side, 0, 0} + le16(1) + le16(24) + le32(picture.size()) + le32(at);
  };
  const std::string ico =
      "\0\0\1\0\2\0"s + entry(4, small, 38) + entry(8, large, 38 + small.size()) + small + large;
  const Treated treated = treat(ico, "ico");
  ASSERT_TRUE(treated.left());
  const std::string rgba = pixels(treated.bytes, "png");
  ASSERT_EQ(rgba.size(), 8u * 8 * 4);
  EXPECT_EQ(rgba.substr(0, 4), "\x20\x20\x20\xff"s);
  EXPECT_EQ(rgba[7 * 8 * 4 + 3], '\0');
}

TEST_F(Images, SvgWithoutTextIsDrawnAndOtherIsHeld) {
  const std::string open =
      "<svg xmlns='http://www.w3.org/2000/svg' xmlns:s='http://www.w3.org/2000/svg' width='4' height='4'>";
  const Treated drawn =
      treat(open + "<rect width='4' height='4' fill='#ff0000'/><script>alert(1)</script></svg>", "svg");
  ASSERT_TRUE(drawn.left());
  EXPECT_EQ(pixels(drawn.bytes, "png").substr(0, 4), "\xff\0\0\xff"s);
  const std::pair<std::string, std::string> held[] = {
      {open + "<text>x</text></svg>", "svg-text"},
      {open + "<s:text>x</s:text></svg>", "svg-text"},
      {open + "<image href='http://x/'/></svg>", "svg-image"},
      {"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + open + "&a;</svg>", "svg-entity"},
      {"<?xml version='1.0' encoding='UTF-7'?>" + open + "</svg>", "svg-encoding"}};
  for (const auto& [svg, reason] : held)
    EXPECT_THAT(treat(svg, "svg").outcome.reasons, ElementsAre(reason)) << svg;
}

TEST_F(Images, LargePicturesAreHeldBeforeTheyAreDecoded) {
  Profile profile;
  profile.limits.max_image_pixels = 100;
  EXPECT_THAT(treat(png_of(11, 10, gradient(11, 10)), "png", profile).outcome.reasons,
              ElementsAre("image-too-large"));
  EXPECT_TRUE(treat(png_of(10, 10, gradient(10, 10)), "png", profile).left());
  EXPECT_THAT(treat(bmp24_of(11, 10, gradient(11, 10)), "bmp", profile).outcome.reasons,
              ElementsAre("image-too-large"));
  // The header of a picture of 900 megapixels, and nothing else.
  const std::string bomb = "\x89PNG\r\n\x1a\n" +
                           png_chunk("IHDR", be32(30000) + be32(30000) + "\x08\2\0\0\0"s) +
                           png_chunk("IDAT", "\x78\x9c\x01") + png_chunk("IEND", "");
  EXPECT_THAT(treat(bomb, "png").outcome.reasons, ElementsAre("image-too-large"));
}

// libpng would allocate these two gigabytes for a comment that is not there.
TEST_F(Images, LengthsThatPointOutsideOfTheFileAreNotBelieved) {
  const std::string png = png_of(8, 8, gradient(8, 8), png_chunk("teXt", "x"));
  std::string lying = png;
  lying.replace(png.find("teXt") - 4, 4, "\x73\x65\x6c\x66");
  EXPECT_THAT(treat(lying, "png").outcome.reasons, ElementsAre("broken-image"));
}

TEST_F(Images, OnePictureMayNotUseUpWhatAllShare) {
  Profile profile;
  profile.limits.max_expanded_bytes = 50;  // FlatContext's budget
  EXPECT_THAT(treat(png_of(10, 10, gradient(10, 10)), "png", profile).outcome.reasons,
              ElementsAre("image-too-large"));
}

TEST_F(Images, TruncatedPicturesAreHeldAndNeverShownInPart) {
  for (const char* format : {"png", "jpeg", "gif", "webp", "tiff"}) {
    const std::string whole = encoded(format, 64);
    ASSERT_FALSE(whole.empty()) << format;
    EXPECT_FALSE(treat(whole.substr(0, whole.size() / 2), format).left()) << format;
    EXPECT_FALSE(treat(whole.substr(0, 20), format).left()) << format;
  }
  const std::string bmp = bmp24_of(8, 8, gradient(8, 8));
  EXPECT_FALSE(treat(bmp.substr(0, bmp.size() - 1), "bmp").left());
}

TEST_F(Images, RawPhotosAreHeldInsteadOfTheirThumbnail) {
  const auto entry = [](uint32_t tag, uint32_t value) { return le16(tag) + le16(4) + le32(1) + le32(value); };
  const std::string raw = "II*\0"s + le32(8) + le16(2) + entry(254, 1) + entry(330, 100) + le32(0);
  EXPECT_THAT(treat(raw, "tiff").outcome.reasons, ElementsAre("raw-photo"));
}

}  // namespace
}  // namespace mugai::sanitize
