// Font files: what glyphs are drawn from stays, programs and everything else go.
#include <gtest/gtest.h>

#include <map>

#include "sanitizers/pdf/big_endian.h"
#include "sanitizers/pdf/glyphs.h"
#include "sanitizers/pdf/sfnt.h"

namespace mugai::sanitize::pdf {
namespace {

using namespace std::string_literals;

std::string number16(uint32_t value) {
  std::string out;
  put16(out, value);
  return out;
}

// A triangle of three points with a program of two bytes.
std::string triangle(const std::string& program = "\xb0\x01"s) {
  return number16(1) + std::string(8, '\0') + number16(2) + number16(static_cast<uint32_t>(program.size())) + program + "\x37\x37\x37" + "\1\2\3" + "\4\5\6";
}

std::string font_of(const std::map<std::string, std::string>& tables) {
  std::string out;
  put32(out, 0x00010000);
  out += number16(static_cast<uint32_t>(tables.size())) + std::string(6, '\0');
  size_t at = 12 + tables.size() * 16;
  for (const auto& [tag, table] : tables) {
    out += tag + std::string(4, '\0');
    put32(out, static_cast<uint32_t>(at));
    put32(out, static_cast<uint32_t>(table.size()));
    at += table.size();
  }
  for (const auto& [tag, table] : tables) out += table;
  return out;
}

std::map<std::string, std::string> tables_in(const std::string& font) {
  std::map<std::string, std::string> tables;
  for (uint32_t i = 0; i < be16(font, 4); ++i) tables[font.substr(12 + i * 16, 4)] = font.substr(be32(font, 12 + i * 16 + 8), be32(font, 12 + i * 16 + 12));
  return tables;
}

std::string small_font() {
  std::string places;
  for (const uint32_t place : {0u, 28u, 28u}) put32(places, place);
  return font_of({{"DSIG", "evil"}, {"GSUB", "evil"}, {"cvt ", "evil"}, {"fpgm", "evil"}, {"glyf", triangle() + "\0\0\0"s}, {"head", std::string(51, '\0') + "\1\0\0"s},
                  {"loca", places}, {"maxp", "\0\1\0\0\0\2"s + std::string(26, '\1')}, {"prep", "evil"}});
}

TEST(Sfnt, KeepsWhatGlyphsAreDrawnFrom) {
  const auto tables = tables_in(rebuilt_sfnt(small_font(), false));
  std::vector<std::string> tags;
  for (const auto& [tag, table] : tables) tags.push_back(tag);
  EXPECT_EQ(tags, (std::vector<std::string>{"glyf", "head", "loca", "maxp"}));
  EXPECT_EQ(tables.at("glyf").substr(0, 23), triangle(""));
}

TEST(Sfnt, IsAFixedPoint) {
  const std::string once = rebuilt_sfnt(small_font(), false);
  EXPECT_EQ(rebuilt_sfnt(once, false), once);
}

TEST(Sfnt, FontsThatDrawByProgramsKeepThem) {
  EXPECT_TRUE(draws_by_programs("ABCDEF+DFGothic-EB"));
  EXPECT_TRUE(draws_by_programs("MingLiU"));
  EXPECT_FALSE(draws_by_programs("ABCDEF+MS-Mincho"));
  const auto tables = tables_in(rebuilt_sfnt(small_font(), true));
  EXPECT_TRUE(tables.contains("fpgm") && tables.contains("prep") && tables.contains("cvt "));
  EXPECT_EQ(tables.at("glyf").substr(0, 25), triangle());
}

TEST(Sfnt, WithoutOutlinesThereIsNoFont) {
  EXPECT_EQ(rebuilt_sfnt(font_of({{"head", std::string(54, '\0')}, {"maxp", std::string(32, '\0')}}), false), "");
  EXPECT_EQ(rebuilt_sfnt(std::string("\0\1\0\0\xff\xff", 6), false), "");
}

Glyphs rebuilt(const std::string& glyph, uint32_t count = 1) {
  std::string places;
  put32(places, 0);
  put32(places, static_cast<uint32_t>(glyph.size()));
  return rebuilt_glyphs(glyph, places, false, count, false);
}

TEST(Glyphs, ThatDoNotFitBecomeEmpty) {
  const std::string whole = triangle("");
  EXPECT_EQ(rebuilt(whole).outlines, whole + "\0"s);   // to a multiple of four
  for (size_t size = 0; size < whole.size(); ++size) EXPECT_EQ(rebuilt(whole.substr(0, size)).outlines, "") << size;
  EXPECT_EQ(rebuilt(number16(0xffff) + std::string(8, '\0') + number16(0) + number16(7) + number16(0)).outlines, "") << "a part that is not there";
}

TEST(Glyphs, BehindTheLastPointIsNothing) { EXPECT_EQ(rebuilt(triangle("") + "evil").outlines, triangle("") + "\0"s); }

TEST(Glyphs, OfPartsLoseTheirProgram) {
  const std::string header = number16(0xffff) + std::string(8, '\0');
  const std::string outlines = rebuilt(header + number16(0x100) + number16(0) + "\1\1" + number16(4) + "evil").outlines;
  EXPECT_EQ(outlines, header + number16(0) + number16(0) + "\1\1");
}

}  // namespace
}  // namespace mugai::sanitize::pdf
