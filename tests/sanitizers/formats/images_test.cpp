#include "sanitizers/formats/images.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

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

std::string pixels(Bytes bytes, std::string_view format) {
  const vips::Picture picture = vips::open(bytes, format);
  return picture ? vips::pixels_of(picture) : "";
}

std::string encoded(std::string_view format, uint32_t side = 32, const ImageFacts& facts = {}) {
  static std::string rgb;
  rgb = gradient(side, side);
  return vips::save(vips::from_pixels(rgb, side, side, 3), format, facts);
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
  EXPECT_EQ(treated.removed("metadata"), 1u);
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

TEST_F(Images, JpegKeepsItsQualityAndLooksTheSameTwice) {
  for (const int quality : {50, 75, 90, 100}) {
    ImageFacts facts;
    facts.jpeg_quality = quality;
    const std::string source = encoded("jpeg", 128, facts);
    const int written = std::min(quality, 92);
    EXPECT_NEAR(image_facts(source, *type_by_id("jpeg")).jpeg_quality, written, 1);
    const Treated once = treat(source, "jpeg"), twice = treat(once.bytes, "jpeg");
    EXPECT_NEAR(image_facts(once.bytes, *type_by_id("jpeg")).jpeg_quality, written, 1);
    EXPECT_LE(once.bytes.size(), source.size() * 21 / 20);
    EXPECT_LE(largest_difference(pixels(once.bytes, "jpeg"), pixels(twice.bytes, "jpeg")), 12);
    EXPECT_LE(largest_difference(pixels(source, "jpeg"), pixels(once.bytes, "jpeg")), 24);
  }
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
  const auto page = [](uint32_t width, uint32_t height, uint32_t at,
                       bool last) {  // one bit, white is zero, not compressed
    const std::string bits((width + 7) / 8 * height, '\x0f');
    const auto entry = [](uint32_t tag, uint32_t value) {
      return le16(tag) + le16(4) + le32(1) + le32(value);
    };
    const uint32_t directory = at + static_cast<uint32_t>(bits.size() + bits.size() % 2);
    return std::pair(bits + std::string(bits.size() % 2, '\0') + le16(8) + entry(256, width) +
                         entry(257, height) + entry(258, 1) + entry(259, 1) + entry(262, 0) + entry(273, at) +
                         entry(277, 1) + entry(279, static_cast<uint32_t>(bits.size())) +
                         (last ? le32(0) : ""s),
                     directory);
  };
  const auto [first, first_directory] = page(64, 32, 8, false);
  const auto second_at = static_cast<uint32_t>(8 + first.size() + 4);
  const auto [second, second_directory] = page(32, 48, second_at, true);
  const std::string source = "II*\0"s + le32(first_directory) + first + le32(second_directory) + second;
  const Treated treated = treat(source, "tiff");
  ASSERT_EQ(treated.outcome.kind, Outcome::Kind::altered);
  EXPECT_THAT(treated.outcome.reasons, ElementsAre("pages-padded"));
  const vips::Size size = vips::size_of(vips::open(treated.bytes, "tiff"));
  EXPECT_EQ(size.pages, 2u);
  EXPECT_EQ(size.width, 64u);
  EXPECT_EQ(size.height, 48u);
  const ImageFacts facts = image_facts(treated.bytes, *type_by_id("tiff"));
  EXPECT_EQ(facts.bits, 1);
  EXPECT_EQ(facts.tiff_compression, 4);
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
