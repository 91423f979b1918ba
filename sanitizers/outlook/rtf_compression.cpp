#include "sanitizers/outlook/rtf_compression.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "sanitizers/little_endian.h"

namespace mugai::sanitize::outlook {
namespace {

constexpr size_t kWindow = 4096, kHeader = 16;
constexpr uint32_t kCompressed = 0x75465A4C, kPlain = 0x414C454D;  // "LZFu", "MELA"

// What the window holds at the start (MS-OXRTFCP §2.1.2.1).
constexpr std::string_view kDictionary =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    "Sans "
    "SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
static_assert(kDictionary.size() == 207);

// The CRC of IEEE 802.3, from 0 and without the final inversion (MS-OXRTFCP §3.1.3.2).
uint32_t checksum(Bytes bytes) {
  static const std::array<uint32_t, 256> table = [] {
    std::array<uint32_t, 256> made{};
    for (uint32_t i = 0; i < 256; ++i) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0xEDB88320 : value >> 1;
      made[i] = value;
    }
    return made;
  }();
  uint32_t sum = 0;
  for (const char c : bytes) sum = table[(sum ^ static_cast<unsigned char>(c)) & 0xFF] ^ sum >> 8;
  return sum;
}

}  // namespace

std::optional<std::string> decompress_rtf(Bytes untrusted_packed, size_t max_bytes) {
  const uint32_t size_behind_field = u32(untrusted_packed, 0), raw_size = u32(untrusted_packed, 4);
  if (untrusted_packed.size() < kHeader || size_behind_field < kHeader - 4 ||
      size_behind_field > untrusted_packed.size() - 4)
    return std::nullopt;
  const Bytes content = untrusted_packed.substr(kHeader, size_behind_field - (kHeader - 4));
  const uint32_t kind = u32(untrusted_packed, 8);
  if (kind == kPlain && content.size() <= max_bytes) return std::string(content.substr(0, raw_size));
  if (kind != kCompressed || checksum(content) != u32(untrusted_packed, 12)) return std::nullopt;

  std::array<char, kWindow> window{};
  std::copy(kDictionary.begin(), kDictionary.end(), window.begin());
  size_t at = 0, write = kDictionary.size();
  std::string out;
  const auto put = [&](char c) {
    out.push_back(c);
    window[write] = c;
    write = (write + 1) % kWindow;
  };
  while (at < content.size()) {
    if (out.size() > max_bytes) return std::nullopt;
    const unsigned control = byte_at(content, at++);
    for (unsigned bit = 0; bit < 8; ++bit) {
      if ((control >> bit & 1) == 0) {
        if (at >= content.size()) break;
        put(content[at++]);
        continue;
      }
      if (content.size() - at < 2) break;
      const unsigned reference = byte_at(content, at) << 8 | byte_at(content, at + 1);
      at += 2;
      const size_t offset = reference >> 4, length = (reference & 15) + 2;
      if (offset == write) return out;  // the mark of the end
      for (size_t i = 0; i < length; ++i) put(window[(offset + i) % kWindow]);
    }
  }
  // Not every program writes the mark.
  return out.size() >= raw_size ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace mugai::sanitize::outlook
