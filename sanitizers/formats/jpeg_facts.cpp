// read_jpeg_facts() of image_facts.h: the segments of a JPEG (ITU-T T.81, annex B).
#include <algorithm>

#include "sanitizers/formats/image_facts.h"

namespace mugai::sanitize {
namespace {

// A progressive picture is gone through once for every scan, and a scan of nothing costs a few bytes.
constexpr uint64_t kMostScans = 64, kMostScannedPixels = 1'000'000'000;

uint16_t be16(Bytes bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

// The natural place of the k-th coefficient in zigzag order (T.81 figure A.6).
std::array<size_t, 64> zigzag() {
  std::array<size_t, 64> order{};
  size_t row = 0, column = 0;
  for (size_t& place : order) {
    place = row * 8 + column;
    const bool up = (row + column) % 2 == 0;
    if (up && column == 7)
      ++row;
    else if (!up && row == 7)
      ++column;
    else if (up && row == 0)
      ++column;
    else if (!up && column == 0)
      ++row;
    else {
      row += up ? size_t(-1) : 1;
      column += up ? 1 : size_t(-1);
    }
  }
  return order;
}

struct Frame {
  uint64_t width = 0, height = 0, components = 0;
  std::array<unsigned char, 3> horizontal{}, vertical{}, table{};
  bool progressive = false;
  bool usual = false;  // baseline, extended or progressive, Huffman, eight bits
};

class Reader {
 public:
  explicit Reader(ImageFacts& facts) : facts_(facts) {}

  void segment(unsigned char marker, Bytes body) {
    switch (marker) {
      case 0xfe:
        ++facts_.comments;
        return;
      case 0xdb:
        quantisation(body);
        return;
      case 0xc4:
        huffman_ = huffman_ || !is_usual_huffman(body);
        return;
      case 0xda:
        ++scans_;
        return;
      default:
        break;
    }
    if (marker >= 0xe0 && marker <= 0xef) application(marker, body);
    const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc8 && marker != 0xcc;
    if (frame) start_of_frame(marker, body);
  }

  void finish() {
    JpegStyle& style = facts_.jpeg;
    const auto ratio = [](unsigned char of, unsigned char to) {
      return to != 0 && of % to == 0 ? of / to : 0;
    };
    const int h = ratio(frame_.horizontal[0], frame_.horizontal[1]),
              v = ratio(frame_.vertical[0], frame_.vertical[1]);
    const auto usual = [](int one) { return one == 1 || one == 2 || one == 4; };
    if (usual(h) && usual(v) && h * v <= 8) {
      style.horizontal = h;
      style.vertical = v;
    } else {
      style.horizontal = style.vertical = 1;
    }
    const size_t second = frame_.components >= 3 ? frame_.table[1] : frame_.table[0];
    style.tables = {tables_[frame_.table[0] & 3], tables_[second & 3]};
    style.progressive = frame_.progressive;
    style.optimised = huffman_ || frame_.progressive;
    const bool grey = frame_.components == 1;
    const bool colour = frame_.components == 3 && frame_.horizontal[1] == 1 && frame_.vertical[1] == 1 &&
                        frame_.horizontal[2] == 1 && frame_.vertical[2] == 1 && usual(h) && usual(v) && h * v <= 8;
    facts_.jpeg_plain = jfif_ && !profile_ && frame_.usual && (grey || colour);
    const uint64_t pixels = frame_.width * frame_.height;
    // Every coefficient is held until the last scan.
    if (frame_.progressive || scans_ > 1) {
      const uint64_t chroma =
          frame_.components < 3 ? 0 : 200 / static_cast<unsigned>(style.horizontal * style.vertical);
      facts_.decoder_bytes = pixels * 2 * (100 + chroma + (frame_.components > 3 ? 100 : 0)) / 100;
    }
    facts_.too_complex = scans_ > kMostScans || (scans_ > 1 && scans_ * pixels > kMostScannedPixels);
  }

 private:
  void application(unsigned char marker, Bytes body) {
    const bool jfif = marker == 0xe0 && body.substr(0, 5) == Bytes("JFIF\0", 5);
    jfif_ |= jfif;
    if (jfif) {
      const double unit = byte_at(body, 7) == 1 ? 1 : byte_at(body, 7) == 2 ? 2.54 : 0;
      if (unit > 0) facts_.resolution = {be16(body, 8) * unit, be16(body, 10) * unit};
      facts_.thumbnails += byte_at(body, 12) > 0 && byte_at(body, 13) > 0;
    } else if (marker == 0xe0 && body.substr(0, 5) == Bytes("JFXX\0", 5)) {
      ++facts_.thumbnails;
    } else if (marker == 0xe1 && body.substr(0, 4) == "Exif") {
      add_exif(facts_, slice(body, 6));
    } else if (marker == 0xe1) {
      add_xmp(facts_, body);
    } else {
      const bool icc = marker == 0xe2 && body.substr(0, 11) == "ICC_PROFILE",
                 adobe = marker == 0xee && body.substr(0, 5) == "Adobe";
      profile_ |= icc || adobe;
      if (!icc && !adobe) ++facts_.metadata;
    }
  }

  void quantisation(Bytes body) {
    static const std::array<size_t, 64> kOrder = zigzag();
    while (!body.empty()) {
      const bool wide = byte_at(body, 0) >> 4;
      const size_t size = 1 + 64 * (wide ? 2 : 1);
      if (body.size() < size) return;
      JpegStyle::Table& table = tables_[byte_at(body, 0) & 3];
      for (size_t k = 0; k < 64; ++k) {
        const unsigned value = wide ? be16(body, 1 + 2 * k) : byte_at(body, 1 + k);
        table[kOrder[k]] = static_cast<uint16_t>(std::clamp(value, 1u, 255u));
      }
      body.remove_prefix(size);
    }
  }

  // The tables of T.81 annex K.3, which cameras write: told by how many codes of each length the first has.
  // Others were made for the picture.
  static bool is_usual_huffman(Bytes body) {
    static constexpr Bytes kUsual[] = {
        Bytes("\x00\x00\x01\x05\x01\x01\x01\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00", 17),
        Bytes("\x01\x00\x03\x01\x01\x01\x01\x01\x01\x01\x01\x01\x00\x00\x00\x00\x00", 17),
        Bytes("\x10\x00\x02\x01\x03\x03\x02\x04\x03\x05\x05\x04\x04\x00\x00\x01\x7d", 17),
        Bytes("\x11\x00\x02\x01\x02\x04\x04\x03\x04\x07\x05\x04\x04\x00\x01\x02\x77", 17)};
    return std::find(std::begin(kUsual), std::end(kUsual), body.substr(0, 17)) != std::end(kUsual);
  }

  void start_of_frame(unsigned char marker, Bytes body) {
    // Decoders take the first; a second one is there to be counted in its place.
    if (frame_.components != 0) facts_.broken = true;
    frame_.progressive = marker == 0xc2 || marker == 0xc6 || marker == 0xca || marker == 0xce;
    frame_.usual = marker <= 0xc2 && byte_at(body, 0) == 8;
    frame_.height = be16(body, 1);
    frame_.width = be16(body, 3);
    frame_.components = byte_at(body, 5);
    for (size_t i = 0; i < 3; ++i) {
      frame_.horizontal[i] = byte_at(body, 7 + 3 * i) >> 4;
      frame_.vertical[i] = byte_at(body, 7 + 3 * i) & 15;
      frame_.table[i] = byte_at(body, 8 + 3 * i) & 3;
    }
  }

  ImageFacts& facts_;
  Frame frame_;
  std::array<JpegStyle::Table, 4> tables_{};
  uint64_t scans_ = 0;
  bool huffman_ = false;  // tables made for the picture
  bool jfif_ = false, profile_ = false;
};

}  // namespace

void read_jpeg_facts(ImageFacts& facts, Bytes bytes) {
  Reader reader(facts);
  for (size_t at = 2; at + 4 <= bytes.size();) {
    at = bytes.find('\xff', at);
    if (at == Bytes::npos || at + 1 >= bytes.size()) break;
    const unsigned char marker = byte_at(bytes, at + 1);
    if (marker == 0xd9) {
      facts.trailing_data = !is_padding(slice(bytes, at + 2));
      break;
    }
    // 0: an escaped byte of pixel data; d0 to d8 and 01 stand alone; ff is fill.
    if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
    } else if (marker == 0xff) {
      at += 1;
    } else {
      const size_t length = std::max<size_t>(be16(bytes, at + 2), 2);
      reader.segment(marker, slice(bytes, at + 4, length - 2));
      at += 2 + length;
    }
  }
  reader.finish();
}

}  // namespace mugai::sanitize
