#include "sanitizers/formats/image_facts.h"

#include <algorithm>
#include <cmath>

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

// Cameras and scanners pad with zeros; that hides nothing.
bool is_padding(Bytes tail) {
  return tail.find_first_not_of('\0') == Bytes::npos;
}

// The inverse of the scaling that the Independent JPEG Group's encoder applies to the example table of T.81
// Annex K.1, whose entries sum up to 3,688.
int quality_of_table(Bytes table, bool wide) {
  double sum = 0;
  for (size_t i = 0; i < 64; ++i) sum += wide ? be16(table, 2 * i) : byte_at(table, i);
  const double scale = 100.0 * sum / 3688.0;
  const double quality = scale <= 100 ? 100 - scale / 2 : 5000 / scale;
  return std::clamp(static_cast<int>(std::lround(quality)), 1, 100);
}

void read_jpeg_segment(ImageFacts& facts, unsigned char marker, Bytes body) {
  const bool jfif = marker == 0xe0 && body.substr(0, 4) == "JFIF",
             icc = marker == 0xe2 && body.substr(0, 11) == "ICC_PROFILE";
  if (marker == 0xfe || (marker >= 0xe0 && marker <= 0xef && marker != 0xee && !jfif && !icc))
    ++facts.metadata;
  if (marker == 0xdb && facts.jpeg_quality == 0 && body.size() >= 65) {
    const bool wide = byte_at(body, 0) >> 4;
    facts.jpeg_quality = quality_of_table(body.substr(1), wide && body.size() >= 129);
  }
  const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  if (frame && byte_at(body, 5) >= 3) facts.jpeg_subsampled = byte_at(body, 7) != byte_at(body, 10);
}

ImageFacts jpeg_facts(Bytes bytes) {
  ImageFacts facts;
  size_t at = 2;
  while (at + 4 <= bytes.size()) {
    at = bytes.find('\xff', at);
    if (at == Bytes::npos || at + 1 >= bytes.size()) break;
    const unsigned char marker = byte_at(bytes, at + 1);
    if (marker == 0xd9) {
      facts.trailing_data = !is_padding(slice(bytes, at + 2));
      break;
    }
    // 0: an escaped byte of pixel data; d0 to d8 and 01 stand alone; ff is fill.
    if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8))
      at += 2;
    else if (marker == 0xff)
      at += 1;
    else {
      const size_t length = std::max<size_t>(be16(bytes, at + 2), 2);
      read_jpeg_segment(facts, marker, slice(bytes, at + 4, length - 2));
      at += 2 + length;
    }
  }
  if (facts.jpeg_quality == 0) facts.jpeg_quality = 85;
  return facts;
}

ImageFacts png_facts(Bytes bytes) {
  ImageFacts facts;
  facts.bits = byte_at(bytes, 24);
  facts.png_palette = byte_at(bytes, 25) == 3;
  for (size_t at = 8; at + 12 <= bytes.size();) {
    const Bytes name = slice(bytes, at + 4, 4);
    const size_t end = at + 12 + be32(bytes, at);
    if (end > bytes.size()) facts.broken = true;
    static constexpr std::string_view kept[] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA",
                                                "iCCP", "sBIT", "sRGB", "bKGD", "pHYs", "hIST"};
    if (name == "acTL")
      facts.animation_lost = true;
    else if (name != "fcTL" && name != "fdAT" &&
             std::find(std::begin(kept), std::end(kept), name) == std::end(kept))
      ++facts.metadata;
    if (name == "IEND") {
      facts.trailing_data = !is_padding(slice(bytes, end));
      break;
    }
    at = end;
  }
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
      if (label != 0xf9 && !loop) ++facts.metadata;
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
  for (size_t at = 12; at + 8 <= end;) {
    const Bytes name = slice(bytes, at, 4);
    if (name == "VP8L") facts.webp_lossless = true;
    static constexpr std::string_view kept[] = {"VP8 ", "VP8L", "VP8X", "ANIM", "ANMF", "ALPH", "ICCP"};
    if (std::find(std::begin(kept), std::end(kept), name) == std::end(kept)) ++facts.metadata;
    const size_t length = le32(bytes, at + 4);
    // The frames of an animation tell of their coding in the chunk inside.
    if (name == "ANMF" && slice(bytes, at + 24, 4) == "VP8L") facts.webp_lossless = true;
    at += 8 + length + (length & 1);
  }
  return facts;
}

ImageFacts tiff_facts(Bytes bytes) {
  ImageFacts facts;
  const bool little = byte_at(bytes, 0) == 'I';
  const auto u16 = [&](size_t at) { return little ? le16(bytes, at) : be16(bytes, at); };
  const auto u32 = [&](size_t at) { return little ? le32(bytes, at) : be32(bytes, at); };
  if (u16(2) != 42) {  // BigTIFF: large-format cameras' raw files; no scanner writes it
    facts.raw_photo = true;
    return facts;
  }
  const size_t directory = u32(4), count = std::min<size_t>(u16(directory), 512);
  int samples = 1;
  bool reduced = false, children = false;
  facts.raw_photo = slice(bytes, 8, 3) == "CR\2";
  for (size_t i = 0; i < count; ++i) {
    const size_t entry = directory + 2 + 12 * i;
    const uint16_t tag = u16(entry);
    if (tag == 277) samples = u16(entry + 8);
    if (tag == 258) facts.bits = u32(entry + 4) == 1 ? u16(entry + 8) : 8;
    if (tag == 259) facts.tiff_compression = u16(entry + 8);
    if (tag == 254) reduced = u32(entry + 8) & 1;
    if (tag == 330) children = true;
    if (tag == 50706) facts.raw_photo = true;  // DNGVersion
    const bool describes =
        tag == 270 || tag == 271 || tag == 272 || tag == 305 || tag == 306 || tag == 315 || tag == 316;
    if (describes || tag == 700 || tag == 33723 || tag == 34377 || tag == 34665 || tag == 34853 ||
        tag >= 50'000)
      ++facts.metadata;
  }
  if (samples != 1) facts.bits = 8;
  facts.raw_photo |= reduced && children;
  return facts;
}

ImageFacts bmp_facts(Bytes bytes) {
  ImageFacts facts;
  const size_t end = le32(bytes, 2);
  facts.trailing_data = end > 14 && !is_padding(slice(bytes, end));
  return facts;
}

}  // namespace

ImageFacts image_facts(Bytes bytes, const Type& type) {
  if (type.id == "jpeg") return jpeg_facts(bytes);
  if (type.id == "png") return png_facts(bytes);
  if (type.id == "gif") return gif_facts(bytes);
  if (type.id == "webp") return webp_facts(bytes);
  if (type.id == "tiff") return tiff_facts(bytes);
  if (type.id == "bmp") return bmp_facts(bytes);
  return {};
}

}  // namespace mugai::sanitize
