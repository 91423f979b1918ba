#include "sanitizers/pdf/sfnt.h"

#include <map>

#include "sanitizers/pdf/big_endian.h"
#include "sanitizers/pdf/glyphs.h"

namespace mugai::sanitize::pdf {

namespace {

constexpr size_t kDirectory = 12, kRecord = 16;
constexpr uint32_t kMostTables = 64, kOpenType = 0x4f54544f, kTrueType = 0x00010000;

// What a PDF reader draws glyphs from. Layout (GSUB, GPOS), bitmaps, colour, signatures and variations it has no use for.
constexpr std::string_view kTables[] = {"CFF ", "OS/2", "VORG", "cmap", "cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "post", "prep", "vhea", "vmtx"};
constexpr std::string_view kPrograms[] = {"cvt ", "fpgm", "prep"};

// Places in "head" and "maxp".
constexpr size_t kHeadSize = 54, kSumAt = 8, kPlacesFormatAt = 50, kGlyphCountAt = 4, kProgramsAt = 16, kProgramsEnd = 28;

using Tables = std::map<std::string_view, std::string>;

uint32_t sum_of(Bytes table) {
  uint32_t sum = 0;
  for (size_t at = 0; at < table.size(); at += 4) sum += be32(table, at);
  return sum;
}

Tables tables_of(Bytes font) {
  Tables tables;
  const uint32_t count = std::min(be16(font, 4), kMostTables);
  for (uint32_t i = 0; i < count; ++i) {
    const size_t record = kDirectory + i * kRecord;
    const auto known = std::find(std::begin(kTables), std::end(kTables), slice(font, record, 4));
    // A table that goes on behind the end of the file ends there: subsets made by sloppy programs are read that way.
    if (known != std::end(kTables)) tables.emplace(*known, slice(font, be32(font, record + 8), be32(font, record + 12)));
  }
  return tables;
}

// False when there are no outlines to be drawn from.
bool rebuild_outlines(Tables& tables, bool keep_programs) {
  std::string &head = tables["head"], &maxp = tables["maxp"];
  if (head.size() < kHeadSize || maxp.size() < kGlyphCountAt + 2 || !tables.contains("loca")) return false;
  Glyphs glyphs = rebuilt_glyphs(tables["glyf"], tables["loca"], be16(head, kPlacesFormatAt) == 0, be16(maxp, kGlyphCountAt), keep_programs);
  tables["glyf"] = std::move(glyphs.outlines);
  tables["loca"] = std::move(glyphs.places);
  head[kPlacesFormatAt] = 0;
  head[kPlacesFormatAt + 1] = 1;
  return true;
}

void drop_programs(Tables& tables) {
  for (const std::string_view tag : kPrograms) tables.erase(tag);
  if (const auto maxp = tables.find("maxp"); maxp != tables.end())
    for (size_t at = kProgramsAt; at < std::min(kProgramsEnd, maxp->second.size()); ++at) maxp->second[at] = 0;
}

std::string written(const Tables& tables) {
  const auto count = static_cast<uint32_t>(tables.size());
  uint32_t power = 1, log = 0;
  while (power * 2 <= count) power *= 2, ++log;
  std::string out;
  put32(out, tables.contains("glyf") ? kTrueType : kOpenType);
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

}  // namespace

bool is_sfnt(Bytes font) {
  const uint32_t version = be32(font, 0);
  return version == kTrueType || version == 0x74727565 /* true */ || version == kOpenType;
}

// DynaComware and the older Chinese fonts of Windows assemble their characters by programs.
bool draws_by_programs(std::string_view name) {
  if (const size_t mark = name.find('+'); mark != std::string_view::npos) name.remove_prefix(mark + 1);
  for (const std::string_view family : {"DF", "DLC", "MingLi", "PMingLi", "HuaTian", "cpop"})
    if (name.starts_with(family)) return true;
  return false;
}

std::string rebuilt_sfnt(Bytes font, bool keep_programs) {
  Tables tables = tables_of(font);
  const bool outlines = tables.contains("glyf");
  if (outlines ? !rebuild_outlines(tables, keep_programs) : !tables.contains("CFF ")) return {};
  if (!keep_programs) drop_programs(tables);
  if (const auto head = tables.find("head"); head != tables.end() && head->second.size() >= kHeadSize) {
    head->second.replace(kSumAt, 4, 4, '\0');
    std::string sum;
    put32(sum, 0xB1B0AFBA - sum_of(written(tables)));
    head->second.replace(kSumAt, 4, sum);
  }
  return written(tables);
}

}  // namespace mugai::sanitize::pdf
