#include "sanitizers/pdf/sfnt.h"

#include <map>
#include <vector>

namespace mugai::sanitize::pdf {

namespace {

constexpr size_t kDirectory = 12, kRecord = 16;
constexpr uint32_t kMostTables = 64;

uint32_t be16(Bytes bytes, size_t at) { return static_cast<uint32_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1)); }
uint32_t be32(Bytes bytes, size_t at) { return be16(bytes, at) << 16 | be16(bytes, at + 2); }
void put16(std::string& out, uint32_t value) { out += {static_cast<char>(value >> 8), static_cast<char>(value)}; }
void put32(std::string& out, uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}

// What a PDF reader draws glyphs from. Layout (GSUB, GPOS), bitmaps, colour, signatures and variations it has no use for.
constexpr std::string_view kTables[] = {"CFF ", "OS/2", "VORG", "cmap", "cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "post", "prep", "vhea", "vmtx"};

uint32_t sum_of(Bytes table) {
  uint32_t sum = 0;
  for (size_t at = 0; at < table.size(); at += 4) sum += be32(table, at);
  return sum;
}

using Tables = std::map<std::string_view, Bytes>;

Tables tables_of(Bytes font) {
  Tables tables;
  const uint32_t count = std::min(be16(font, 4), kMostTables);
  for (uint32_t i = 0; i < count; ++i) {
    const size_t record = kDirectory + i * kRecord;
    const Bytes tag = slice(font, record, 4);
    const auto known = std::find(std::begin(kTables), std::end(kTables), tag);
    // A table that goes on behind the end of the file ends there: subsets made by sloppy programs are read that way.
    if (known != std::end(kTables)) tables.emplace(*known, slice(font, be32(font, record + 8), be32(font, record + 12)));
  }
  return tables;
}

}  // namespace

bool is_sfnt(Bytes font) {
  const uint32_t version = be32(font, 0);
  return version == 0x00010000 || version == 0x74727565 /* true */ || version == 0x4f54544f /* OTTO */;
}

std::string rebuilt_sfnt(Bytes font) {
  const Tables tables = tables_of(font);
  const bool drawable = (tables.contains("glyf") && tables.contains("loca") && tables.contains("head")) || tables.contains("CFF ");
  if (!drawable) return {};
  const auto count = static_cast<uint32_t>(tables.size());
  uint32_t power = 1, log = 0;
  while (power * 2 <= count) power *= 2, ++log;
  std::string out;
  put32(out, tables.contains("CFF ") && !tables.contains("glyf") ? 0x4f54544f : 0x00010000);
  put16(out, count);
  put16(out, power * 16);
  put16(out, log);
  put16(out, count * 16 - power * 16);
  size_t offset = kDirectory + count * kRecord;
  for (const auto& [tag, table] : tables) {
    out.append(tag);
    put32(out, sum_of(table));
    put32(out, static_cast<uint32_t>(offset));
    put32(out, static_cast<uint32_t>(table.size()));
    offset += (table.size() + 3) / 4 * 4;
  }
  for (const auto& [tag, table] : tables) out.append(table).append((4 - table.size() % 4) % 4, '\0');
  return out;
}

}  // namespace mugai::sanitize::pdf
