#include "sanitizers/formats/apng.h"

#include <zlib.h>

#include <algorithm>

namespace mugai::sanitize {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr size_t kHeaderSize = 13, kControlSize = 26;

uint16_t be16(Bytes bytes, size_t at) {
  return static_cast<uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}
uint32_t be32(Bytes bytes, size_t at) {
  return static_cast<uint32_t>(be16(bytes, at)) << 16 | be16(bytes, at + 2);
}
void put32(std::string& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}
void put16(std::string& out, uint32_t value) {
  out += {static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string chunk_of(std::string_view name, std::string_view body) {
  std::string whole;
  put32(whole, static_cast<uint32_t>(body.size()));
  whole.append(name).append(body);
  // zlib takes bytes as unsigned char and only reads them.
  const auto* start = reinterpret_cast<const Bytef*>(whole.data() + 4);
  put32(whole, static_cast<uint32_t>(::crc32_z(0, start, whole.size() - 4)));
  return whole;
}

struct Chunk {
  Bytes name, body, whole;
};

// The next chunk of `rest`, which it is taken from; empty at the end or where lengths lie.
std::optional<Chunk> next_chunk(Bytes& rest) {
  const size_t length = be32(rest, 0);
  if (rest.size() < 12 || length > rest.size() - 12) return std::nullopt;
  const Chunk chunk{rest.substr(4, 4), rest.substr(8, length), rest.substr(0, length + 12)};
  rest.remove_prefix(chunk.whole.size());
  return chunk;
}

class Reader {
 public:
  explicit Reader(uint32_t max_frames) : max_frames_(max_frames) {}

  bool read(Bytes rest) {
    while (const auto chunk = next_chunk(rest)) {
      if (chunk->name == "IEND") return is_whole();
      if (!take(*chunk)) return false;
    }
    return false;
  }
  Apng apng;

 private:
  bool take(const Chunk& chunk) {
    static constexpr std::string_view kShared[] = {"PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT"};
    if (chunk.name == "IHDR") {
      apng.header = chunk.body;
      apng.width = be32(chunk.body, 0);
      apng.height = be32(chunk.body, 4);
      return chunk.body.size() == kHeaderSize;
    }
    if (chunk.name == "acTL") {
      promised_ = be32(chunk.body, 0);
      apng.plays = be32(chunk.body, 4);
      return promised_ <= max_frames_;
    }
    if (chunk.name == "fcTL") return begin_frame(chunk.body);
    if (chunk.name == "IDAT") {
      if (apng.frames.size() != 1) return false;  // a still picture that is no frame, or rows out of place
      apng.frames.back().data.push_back(chunk.body);
    } else if (chunk.name == "fdAT") {
      if (apng.frames.size() < 2 || be32(chunk.body, 0) != sequence_++ || chunk.body.size() < 4) return false;
      apng.frames.back().data.push_back(chunk.body.substr(4));
    } else if (apng.frames.empty() &&
               std::find(std::begin(kShared), std::end(kShared), chunk.name) != std::end(kShared)) {
      apng.shared.push_back(chunk.whole);
    }
    return true;
  }

  bool begin_frame(Bytes body) {
    ApngFrame frame{be32(body, 4),     be32(body, 8),     be32(body, 12),
                    be32(body, 16),    be16(body, 20),    be16(body, 22),
                    byte_at(body, 24), byte_at(body, 25), {}};
    const bool inside = frame.width > 0 && frame.height > 0 &&
                        uint64_t{frame.x} + frame.width <= apng.width &&
                        uint64_t{frame.y} + frame.height <= apng.height;
    const bool first_is_all =
        !apng.frames.empty() || (frame.width == apng.width && frame.height == apng.height);
    if (body.size() != kControlSize || be32(body, 0) != sequence_++ || !inside || !first_is_all ||
        frame.dispose > 2 || frame.blend > 1)
      return false;
    apng.frames.push_back(std::move(frame));
    return apng.frames.size() <= max_frames_;
  }

  bool is_whole() const {
    return apng.frames.size() > 1 && apng.frames.size() == promised_ &&
           std::none_of(apng.frames.begin(), apng.frames.end(),
                        [](const ApngFrame& frame) { return frame.data.empty(); });
  }

  uint32_t max_frames_, promised_ = 0, sequence_ = 0;
};

}  // namespace

uint64_t Apng::pixels() const {
  uint64_t sum = 0;
  for (const ApngFrame& frame : frames) sum += uint64_t{frame.width} * frame.height;
  return sum;
}

std::string Apng::still(size_t number) const {
  const ApngFrame& frame = frames.at(number);
  std::string head, png(kSignature);
  put32(head, frame.width);
  put32(head, frame.height);
  head += header.substr(8);
  png += chunk_of("IHDR", head);
  for (const Bytes chunk : shared) png += chunk;
  for (const Bytes data : frame.data) png += chunk_of("IDAT", data);
  return png + chunk_of("IEND", "");
}

std::optional<Apng> read_apng(Bytes png, uint32_t max_frames) {
  Reader reader(max_frames);
  if (png.substr(0, kSignature.size()) != kSignature || !reader.read(png.substr(kSignature.size())))
    return std::nullopt;
  return std::move(reader.apng);
}

bool ApngWriter::chunk(std::string_view name, const std::string& body) {
  return out_.write(chunk_of(name, body));
}

std::string ApngWriter::control(const ApngFrame& frame) {
  std::string body;
  for (const uint32_t value : {sequence_++, frame.width, frame.height, frame.x, frame.y}) put32(body, value);
  put16(body, frame.delay);
  put16(body, frame.delay_unit);
  return body + static_cast<char>(frame.dispose) + static_cast<char>(frame.blend);
}

bool ApngWriter::add_frame(Bytes png) {
  if (added_ >= plan_.frames.size()) return false;
  const ApngFrame& frame = plan_.frames[added_];
  const bool first = added_++ == 0;
  Bytes rest = slice(png, kSignature.size());
  bool ok = !first || out_.write(kSignature), controlled = false;
  while (ok) {
    const auto one = next_chunk(rest);
    if (!one || one->name == "IEND") break;
    if (one->name == "IHDR") {
      const std::string kind(one->body.substr(8));
      if (first) kind_ = kind;
      ok = kind == kind_ && be32(one->body, 0) == frame.width && be32(one->body, 4) == frame.height;
      if (!first || !ok) continue;
      std::string animation;
      put32(animation, static_cast<uint32_t>(plan_.frames.size()));
      put32(animation, plan_.plays);
      ok = out_.write(one->whole) && chunk("acTL", animation);
    } else if (one->name == "IDAT") {
      if (!controlled) ok = chunk("fcTL", control(frame));
      controlled = true;
      std::string numbered;
      if (!first) put32(numbered, sequence_++);
      ok = ok && (first ? out_.write(one->whole) : chunk("fdAT", numbered.append(one->body)));
    } else {
      ok = first && out_.write(one->whole);  // of ours: pHYs
    }
  }
  return ok && controlled && (added_ < plan_.frames.size() || chunk("IEND", ""));
}

}  // namespace mugai::sanitize
