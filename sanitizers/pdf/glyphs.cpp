#include "sanitizers/pdf/glyphs.h"

#include "sanitizers/pdf/big_endian.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr size_t kHeader = 10;   // number of contours, bounds
constexpr uint32_t kMostPoints = 65'000;
// Flags of a point.
constexpr int kShortX = 2, kShortY = 4, kRepeat = 8, kSameX = 16, kSameY = 32;
// Flags of a component.
constexpr uint32_t kWords = 1, kScale = 8, kMore = 0x20, kTwoScales = 0x40, kMatrix = 0x80, kPrograms = 0x100;

// How long the flags and coordinates of so many points are; 0: they do not fit.
size_t points_size(Bytes data, uint32_t points) {
  size_t at = 0, coordinates = 0;
  for (uint32_t point = 0; point < points;) {
    if (at >= data.size()) return 0;
    const int flags = byte_at(data, at++);
    uint32_t times = 1;
    if (flags & kRepeat) times += byte_at(data, at++);
    const size_t x = flags & kShortX ? 1 : flags & kSameX ? 0 : 2, y = flags & kShortY ? 1 : flags & kSameY ? 0 : 2;
    times = std::min(times, points - point);
    coordinates += times * (x + y);
    point += times;
  }
  return at + coordinates <= data.size() ? at + coordinates : 0;
}

std::string simple(Bytes glyph, uint32_t contours, bool keep_programs) {
  const size_t ends = kHeader, length_at = ends + size_t{contours} * 2;
  if (length_at + 2 > glyph.size()) return {};
  uint32_t points = 0;
  for (uint32_t i = 0; i < contours; ++i) {
    const uint32_t end = be16(glyph, ends + i * 2) + 1;
    if (end < points || end > kMostPoints) return {};
    points = end;
  }
  const size_t programs = be16(glyph, length_at), data_at = length_at + 2 + programs;
  if (data_at > glyph.size()) return {};
  const Bytes data = slice(glyph, data_at);
  const size_t size = points_size(data, points);
  if (size == 0 && points > 0) return {};
  std::string out(slice(glyph, 0, length_at));
  if (keep_programs) out.append(slice(glyph, length_at, 2 + programs));
  else put16(out, 0);
  return out.append(slice(data, 0, size));
}

std::string composite(Bytes glyph, uint32_t count, bool keep_programs) {
  std::string out(slice(glyph, 0, kHeader));
  uint32_t flags = kMore;
  size_t at = kHeader;
  while (flags & kMore) {
    if (at + 4 > glyph.size()) return {};
    flags = be16(glyph, at);
    const size_t arguments = flags & kWords ? 4 : 2;
    const size_t scale = flags & kScale ? 2 : flags & kTwoScales ? 4 : flags & kMatrix ? 8 : 0;
    if (be16(glyph, at + 2) >= count || at + 4 + arguments + scale > glyph.size()) return {};
    put16(out, keep_programs ? flags : flags & ~kPrograms);
    out.append(slice(glyph, at + 2, 2 + arguments + scale));
    at += 4 + arguments + scale;
  }
  if (keep_programs && (flags & kPrograms)) out.append(slice(glyph, at, 2 + be16(glyph, at)));
  return out;
}

std::string rebuilt(Bytes glyph, uint32_t count, bool keep_programs) {
  if (glyph.size() < kHeader) return {};
  const auto contours = static_cast<int16_t>(be16(glyph, 0));
  return contours >= 0 ? simple(glyph, static_cast<uint32_t>(contours), keep_programs) : composite(glyph, count, keep_programs);
}

}  // namespace

Glyphs rebuilt_glyphs(Bytes outlines, Bytes places, bool short_places, uint32_t count, bool keep_programs) {
  Glyphs glyphs;
  const auto place = [&](size_t i) -> size_t { return short_places ? size_t{be16(places, i * 2)} * 2 : be32(places, i * 4); };
  const size_t known = places.size() / (short_places ? 2 : 4);   // sloppy subsets end early: what they do not name is empty
  for (uint32_t i = 0; i < count; ++i) {
    put32(glyphs.places, static_cast<uint32_t>(glyphs.outlines.size()));
    if (i + 1 >= known) continue;
    const size_t begin = place(i), end = std::min(place(i + 1), outlines.size());
    if (begin >= end) continue;
    glyphs.outlines += rebuilt(slice(outlines, begin, end - begin), count, keep_programs);
    glyphs.outlines.append((4 - glyphs.outlines.size() % 4) % 4, '\0');
  }
  put32(glyphs.places, static_cast<uint32_t>(glyphs.outlines.size()));
  return glyphs;
}

}  // namespace mugai::sanitize::pdf
