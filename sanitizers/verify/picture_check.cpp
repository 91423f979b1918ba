// Pictures: the container is walked from its first byte to its last, and everything in it must be on the list of what
// pixels need. PNG (ISO 15948), JPEG (ISO 10918-1), GIF89a, WebP (RFC 9649), TIFF 6.0.
#include <zlib.h>

#include "sanitizers/verify/checks.h"

namespace mugai::sanitize {

namespace {

using namespace std::string_view_literals;

uint32_t be16(Bytes b, size_t at) { return byte_at(b, at) << 8 | byte_at(b, at + 1); }
uint32_t be32(Bytes b, size_t at) { return be16(b, at) << 16 | be16(b, at + 2); }
uint32_t le16(Bytes b, size_t at) { return byte_at(b, at) | byte_at(b, at + 1) << 8; }
uint32_t le32(Bytes b, size_t at) { return le16(b, at) | le16(b, at + 2) << 16; }

bool is_listed(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

void check_png(Bytes b, Objections& found) {
  for (size_t at = 8; at < b.size();) {
    const size_t length = be32(b, at);
    const Bytes name = slice(b, at + 4, 4);
    if (name.size() < 4 || length > b.size() || b.size() - at < length + 12) return found.add("broken-image");
    const uint32_t crc = static_cast<uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(b.data() + at + 4), static_cast<uInt>(length + 4)));
    if (crc != be32(b, at + 8 + length)) found.add("broken-image");
    if (!is_listed(name, {"IHDR", "PLTE", "tRNS", "cHRM", "gAMA", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs", "IDAT", "IEND",
                          "acTL", "fcTL", "fdAT"}))
      found.add("metadata");
    at += length + 12;
    if (name == "IEND") return at == b.size() ? void() : found.add("trailing-data");
  }
  found.add("broken-image");
}

void check_jpeg(Bytes b, Objections& found) {
  for (size_t at = 2; at + 1 < b.size();) {
    if (byte_at(b, at) != 0xFF) return found.add("broken-image");
    const unsigned marker = byte_at(b, at + 1);
    if (marker == 0xFF) {   // a fill byte
      ++at;
      continue;
    }
    if (marker == 0xD9) return at + 2 == b.size() ? void() : found.add("trailing-data");
    const size_t length = be16(b, at + 2);
    if (length < 2 || b.size() - at < length + 2) return found.add("broken-image");
    const Bytes segment = slice(b, at + 4, length - 2);
    const bool frame = (marker >= 0xC0 && marker <= 0xCF && marker != 0xC8) || marker == 0xDB || marker == 0xDD || marker == 0xDA;
    const bool known = frame || (marker == 0xE0 && segment.starts_with("JFIF\0"sv)) ||
                       (marker == 0xEE && segment.starts_with("Adobe")) ||
                       (marker == 0xE2 && segment.starts_with("ICC_PROFILE\0"sv));
    if (!known) found.add("metadata");
    if (marker == 0xE0 && segment.size() > 14) found.add("metadata");   // a thumbnail
    at += length + 2;
    if (marker != 0xDA) continue;
    // Entropy-coded data goes on to the next marker that is neither a stuffed zero nor a restart.
    for (at = b.find('\xff', at); at != Bytes::npos; at = b.find('\xff', at + 1)) {
      const unsigned next = byte_at(b, at + 1);
      if (next != 0 && next != 0xFF && !(next >= 0xD0 && next <= 0xD7)) break;
    }
    if (at == Bytes::npos) break;
  }
  found.add("broken-image");
}

// Over the sub-blocks that begin at `at`, to behind their end.
size_t after_blocks(Bytes b, size_t at) {
  while (at < b.size() && byte_at(b, at) != 0) at += byte_at(b, at) + size_t{1};
  return at + 1;
}

void check_gif(Bytes b, Objections& found) {
  const auto table = [](unsigned flags) -> size_t { return flags & 0x80 ? size_t{3} << ((flags & 7) + 1) : 0; };
  size_t at = 13 + table(byte_at(b, 10));
  while (at < b.size()) {
    const unsigned kind = byte_at(b, at);
    if (kind == 0x3B) return at + 1 == b.size() ? void() : found.add("trailing-data");
    if (kind == 0x2C) {
      at = after_blocks(b, at + 11 + table(byte_at(b, at + 9)));
    } else if (kind == 0x21) {
      const unsigned label = byte_at(b, at + 1);
      const bool loop = label == 0xFF && slice(b, at + 3, 11) == "NETSCAPE2.0";
      if (label != 0xF9 && !loop) found.add("metadata");
      at = after_blocks(b, at + 2);
    } else {
      break;
    }
  }
  found.add("broken-image");
}

void check_webp(Bytes b, Objections& found) {
  const size_t said = size_t{8} + le32(b, 4);
  if (said != b.size() && said + 1 != b.size()) found.add(said < b.size() ? "trailing-data" : "broken-image");
  for (size_t at = 12; at + 8 <= b.size();) {
    if (!is_listed(slice(b, at, 4), {"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"})) found.add("metadata");
    const size_t length = le32(b, at + 4);
    if (length > b.size() - at - 8) return found.add("broken-image");
    at += 8 + length + (length & 1);
  }
}

// Only the tags that say how the pixels lie, how large and of what colour they are.
bool is_pixel_tag(uint32_t tag) {
  static constexpr uint32_t kTags[] = {254, 255, 256, 257, 258, 259, 262, 263, 266, 273, 274, 277, 278, 279, 280, 281, 282,
                                       283, 284, 286, 287, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324,
                                       325, 332, 334, 338, 339, 340, 341, 347, 512, 513, 514, 529, 530, 531, 532, 34675};
  return std::binary_search(std::begin(kTags), std::end(kTags), tag);
}

void check_tiff(Bytes b, const Limits& limits, Objections& found) {
  const bool little = b.starts_with("II");
  const auto u16 = [&](size_t at) { return little ? le16(b, at) : be16(b, at); };
  const auto u32 = [&](size_t at) { return little ? le32(b, at) : be32(b, at); };
  if (u16(2) != 42) return found.add("type-not-allowed");   // BigTIFF is not what we write
  uint32_t pages = 0;
  for (size_t directory = u32(4); directory != 0;) {
    if (++pages > limits.max_image_pages) return found.add("image-too-many-pages");
    const size_t count = u16(directory);
    if (directory + 2 + count * 12 + 4 > b.size()) return found.add("broken-image");
    for (size_t i = 0; i < count; ++i)
      if (!is_pixel_tag(u16(directory + 2 + i * 12))) found.add("metadata");
    directory = u32(directory + 2 + count * 12);
  }
}

}  // namespace

void check_picture(Bytes bytes, const Type& type, Objections& found) {
  if (type.id == "png") return check_png(bytes, found);
  if (type.id == "jpeg") return check_jpeg(bytes, found);
  if (type.id == "gif") return check_gif(bytes, found);
  if (type.id == "webp") return check_webp(bytes, found);
  if (type.id == "tiff") return check_tiff(bytes, Limits(), found);
  found.add("type-not-allowed");
}

}  // namespace mugai::sanitize
