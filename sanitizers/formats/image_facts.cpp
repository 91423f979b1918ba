#include "sanitizers/formats/image_facts.h"

#include <algorithm>

#include "sanitizers/formats/tiff_directory.h"

namespace mugai::sanitize {
namespace {

uint16_t be16(Bytes bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}
uint32_t be32(Bytes bytes, size_t at) {
  return static_cast<uint32_t>(be16(bytes, at)) << 16 | be16(bytes, at + 2);
}
uint16_t le16(Bytes bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) | byte_at(bytes, at + 1) << 8);
}
uint32_t le32(Bytes bytes, size_t at) {
  return le16(bytes, at) | static_cast<uint32_t>(le16(bytes, at + 2)) << 16;
}

// libpng unpacks every compressed text, and all of the pixel data even if the picture was complete long
// before: both are ways to make kilobytes work like gigabytes.
constexpr uint64_t kMostPackedTexts = 16;

ImageFacts png_facts(Bytes bytes) {
  ImageFacts facts;
  uint64_t packed_texts = 0, packed_pixels = 0;
  facts.bits = byte_at(bytes, 24);
  facts.png_palette = byte_at(bytes, 25) == 3;
  static constexpr uint64_t kSamples[] = {1, 1, 3, 3, 2, 1, 4, 1};  // a palette is expanded
  const uint64_t pixels = uint64_t{be32(bytes, 16)} * be32(bytes, 20);
  const uint64_t raw = pixels * kSamples[byte_at(bytes, 25) & 7] * (facts.bits == 16 ? 2 : 1);
  if (byte_at(bytes, 28) != 0) facts.decoder_bytes = raw;
  for (size_t at = 8; at + 12 <= bytes.size();) {
    const Bytes name = slice(bytes, at + 4, 4);
    const size_t length = be32(bytes, at), end = at + 12 + length;
    const Bytes body = slice(bytes, at + 8, length);
    if (end > bytes.size()) facts.broken = true;
    static constexpr std::string_view kept[] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM",
                                                "gAMA", "iCCP", "sBIT", "sRGB", "bKGD", "pHYs",
                                                "hIST", "fcTL", "fdAT", "acTL"};
    packed_texts += name == "zTXt" || name == "iTXt" || name == "iCCP";
    // RFC 1950: the compressor says how hard it tried.
    if (name == "IDAT" && packed_pixels == 0) facts.png_tight = byte_at(body, 1) >> 6 == 3;
    if (name == "IDAT") packed_pixels += length;
    if (name == "acTL") facts.animated = true;
    if (name == "pHYs" && byte_at(body, 8) == 1)
      facts.resolution = {be32(body, 0) * 0.0254, be32(body, 4) * 0.0254};
    if (name == "eXIf")
      add_exif(facts, body);
    else if (name == "tEXt" || name == "zTXt" || name == "iTXt")
      body.substr(0, 17) == "XML:com.adobe.xmp" ? add_xmp(facts, body) : void(++facts.comments);
    else if (std::find(std::begin(kept), std::end(kept), name) == std::end(kept))
      ++facts.metadata;
    if (name == "IEND") {
      facts.trailing_data = !is_padding(slice(bytes, end));
      break;
    }
    at = end;
  }
  constexpr uint64_t kSlack = 64 << 10;
  facts.too_complex = packed_texts > kMostPackedTexts || packed_pixels > raw + raw / 8 + kSlack;
  return facts;
}

size_t after_sub_blocks(Bytes bytes, size_t at) {
  while (at < bytes.size() && byte_at(bytes, at) != 0) at += 1 + byte_at(bytes, at);
  return at + 1;
}

ImageFacts gif_facts(Bytes bytes) {
  ImageFacts facts;
  const auto table_size = [](unsigned char flags) {
    return flags & 0x80 ? size_t{3} << ((flags & 7) + 1) : 0;
  };
  facts.decoder_bytes = uint64_t{le16(bytes, 6)} * le16(bytes, 8) * kGifBytesPerPixel;
  size_t at = 13 + table_size(byte_at(bytes, 10));
  while (at < bytes.size()) {
    const unsigned char kind = byte_at(bytes, at);
    if (kind == 0x3b) {
      facts.trailing_data = !is_padding(slice(bytes, at + 1));
      break;
    }
    if (kind == 0x21) {
      const unsigned char label = byte_at(bytes, at + 1);
      const Bytes application = slice(bytes, at + 3, 11);
      const bool loop = label == 0xff && (application == "NETSCAPE2.0" || application == "ANIMEXTS1.0");
      if (label == 0xfe)
        ++facts.comments;
      else if (label != 0xf9 && !loop)
        ++facts.metadata;
      at = after_sub_blocks(bytes, at + 2);
    } else if (kind == 0x2c) {
      at = after_sub_blocks(bytes, at + 11 + table_size(byte_at(bytes, at + 9)));
    } else {
      ++at;
    }
  }
  return facts;
}

ImageFacts webp_facts(Bytes bytes) {
  ImageFacts facts;
  const size_t end = std::min<size_t>(bytes.size(), 8 + static_cast<size_t>(le32(bytes, 4)));
  facts.trailing_data = !is_padding(slice(bytes, end + (end & 1)));
  const auto picture = [&](Bytes name, Bytes body) {
    if (name == "VP8L") facts.webp_lossless = true;
    if (name == "ALPH") facts.webp_alpha = true;
    if (name == "VP8 ") facts.webp_quality = estimate_webp_quality(body);
  };
  for (size_t at = 12; at + 8 <= end;) {
    const Bytes name = slice(bytes, at, 4);
    const size_t length = le32(bytes, at + 4);
    const Bytes body = slice(bytes, at + 8, length);
    static constexpr std::string_view kept[] = {"VP8 ", "VP8L", "VP8X", "ANIM", "ANMF", "ALPH", "ICCP"};
    picture(name, body);
    // The frames of an animation tell of their coding in the chunks inside.
    if (name == "ANMF")
      for (size_t inner = 16; inner + 8 <= body.size();
           inner += 8 + le32(body, inner + 4) + (le32(body, inner + 4) & 1))
        picture(slice(body, inner, 4), slice(body, inner + 8, le32(body, inner + 4)));
    if (name == "EXIF")
      add_exif(facts, body.substr(0, 6) == Bytes("Exif\0\0", 6) ? body.substr(6) : body);
    else if (name == "XMP ")
      add_xmp(facts, body);
    else if (std::find(std::begin(kept), std::end(kept), name) == std::end(kept))
      ++facts.metadata;
    at += 8 + length + (length & 1);
  }
  return facts;
}

ImageFacts bmp_facts(Bytes bytes) {
  ImageFacts facts;
  const size_t end = le32(bytes, 2);
  facts.trailing_data = end > 14 && !is_padding(slice(bytes, end));
  return facts;
}

}  // namespace

bool is_padding(Bytes tail) {
  return tail.find_first_not_of('\0') == Bytes::npos;
}

void add_exif(ImageFacts& facts, Bytes exif) {
  ++facts.metadata;
  constexpr uint16_t kOrientation = 0x112, kXResolution = 0x11a, kYResolution = 0x11b, kUnit = 0x128,
                     kGps = 0x8825;
  const TiffReader reader(exif);
  const auto main = reader.directory(reader.first_directory());
  if (!main) return;
  facts.turned = reader.value(*main, kOrientation) >= 5 && reader.value(*main, kOrientation) <= 8;
  const double unit = reader.value(*main, kUnit, 2) == 3 ? 2.54 : 1;
  if (!facts.resolution.known())
    facts.resolution = {reader.rational(*main, kXResolution) * unit,
                        reader.rational(*main, kYResolution) * unit};
  facts.locations += main->find(kGps) != nullptr;
  facts.thumbnails += main->next != 0;
}

void add_xmp(ImageFacts& facts, Bytes xmp) {
  ++facts.metadata;
  facts.locations += xmp.find("GPSLatitude") != Bytes::npos;
  facts.thumbnails += xmp.find("<xmp:Thumbnails") != Bytes::npos;
}

std::vector<Removed> removed_of(const ImageFacts& facts) {
  std::vector<Removed> removed;
  if (facts.metadata > 0) removed.push_back({"metadata", facts.metadata});
  if (facts.locations > 0) removed.push_back({"location", facts.locations});
  if (facts.thumbnails > 0) removed.push_back({"thumbnail", facts.thumbnails});
  if (facts.comments > 0) removed.push_back({"comment", facts.comments});
  if (facts.trailing_data) removed.push_back({"trailing-data", 1});
  if (facts.animation_lost) removed.push_back({"animation", 1});
  return removed;
}

ImageFacts image_facts(Bytes bytes, const Type& type, uint32_t max_pages) {
  ImageFacts facts;
  if (type.id == "jpeg") read_jpeg_facts(facts, bytes);
  if (type.id == "tiff") read_tiff_facts(facts, bytes, max_pages);
  if (type.id == "png") return png_facts(bytes);
  if (type.id == "gif") return gif_facts(bytes);
  if (type.id == "webp") return webp_facts(bytes);
  if (type.id == "bmp") return bmp_facts(bytes);
  return facts;
}

}  // namespace mugai::sanitize
