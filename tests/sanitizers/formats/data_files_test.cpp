// JSON and drawings as text: are they what they say, and what is taken out of them?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/formats/json_check.h"
#include "support.h"
#include "tests/support/rebuild.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

bool is_json(std::string_view text) {
  JsonCheck check;
  for (size_t i = 0; i < text.size(); ++i) check.read(text.substr(i, 1));  // in the smallest of pieces
  return check.verdict() == JsonCheck::Verdict::json;
}

TEST(JsonCheck, KnowsWhatIsJson) {
  for (const char* good : {"{}", "[]", " [1, -0, 0.5, 1e9, 1E-9, -12.5e+3] ", "\"a\\u65e5\\\"\"", "true",
                           "null\n", "{\"a\":{\"b\":[{},[]]}}", "{\"a\":1}\n{\"a\":2}\n", "12"})
    EXPECT_TRUE(is_json(good)) << good;
  for (const char* bad :
       {"",      "  ",   "{",    "[1,]",    "{\"a\":1,}",     "{a:1}",   "{'a':1}",     "[01]",
        "[1.]",  "[.5]", "[1e]", "[+1]",    "\"a\nb\"",       "\"\\x\"", "\"\\u12g4\"", "tru",
        "nul l", "[1}",  "]",    "{\"a\"}", "// comment\n{}", "[\"a]",   "{\"a\":1}}",  "-"})
    EXPECT_FALSE(is_json(bad)) << bad;
}

TEST(JsonFile, LeavesAsItCameWhenItIsJson) {
  const std::string json = "{\"氏名\": \"山田\", \"n\": [1, 2]}\n";
  const Treated treated = treat(json, "json");
  EXPECT_EQ(treated.outcome.kind, Outcome::Kind::clean);
  EXPECT_EQ(treated.outcome.type_out->id, "json");
  EXPECT_EQ(treated.bytes, json);
}

TEST(JsonFile, IsATextWhenItIsNot) {
  const test::RebuiltFile file = test::rebuild_file("{a: 1, /* x */}\n", "設定.json");
  EXPECT_EQ(file.bytes, "{a: 1, /* x */}\n");
  EXPECT_EQ(file.item().output_name, "設定.txt");
  EXPECT_THAT(file.item().reasons, testing::Contains("not-json"));
}

TEST(JsonFile, IsHeldWhenReadersWouldBreakAtIt) {
  EXPECT_THAT(treat(std::string(100'000, '['), "json").outcome.reasons, ElementsAre("json-too-deep"));
  EXPECT_TRUE(treat(std::string(1'000, '[') + std::string(1'000, ']'), "json").left());
}

const std::string kStep =
    "ISO-10303-21;\r\nHEADER;\r\nFILE_DESCRIPTION(('SCADEC level2'),'2;1');\r\nFILE_NAME('平面図; "
    "''A''.sfc','2026-04-01',(''),(''),'','','');\r\n"
    "ENDSEC;\r\nDATA;\r\n/*SXF\r\n#10 = "
    "drawing_sheet_feature('$$ATRU$$','3','0');\r\nSXF*/\r\nENDSEC;\r\nEND-ISO-10303-21;\r\n";

TEST(SxfFile, LeavesWhenItsStructureIsWhole) {
  for (const char* type : {"sfc", "p21", "step"}) {
    const Treated treated = treat(kStep, type);
    EXPECT_EQ(treated.outcome.kind, Outcome::Kind::clean) << type;
    EXPECT_EQ(treated.bytes, kStep);
  }
}

TEST(SxfFile, IsHeldWhenItIsNotWhatItSays) {
  const std::string broken[] = {"",
                                "just a text\n",
                                kStep.substr(0, kStep.size() - 22),
                                kStep + "<script>alert(1)</script>",
                                "MZ" + kStep,
                                "ISO-10303-21;DATA;ENDSEC;END-ISO-10303-21;",
                                "ISO-10303-21;HEADER;ENDSEC;DATA;/* ENDSEC;END-ISO-10303-21;"};
  for (const std::string& one : broken)
    EXPECT_THAT(treat(one, "sfc").outcome.reasons, ElementsAre("broken-drawing")) << one;
}

std::string dxf(const std::string& objects) {
  return "999\r\nmade by hand\r\n  0\r\nSECTION\r\n  2\r\nHEADER\r\n  9\r\n$DWGCODEPAGE\r\n  "
         "3\r\nANSI_932\r\n  0\r\nENDSEC\r\n  0\r\nSECTION\r\n  2\r\nENTITIES\r\n" +
         objects + "  0\r\nENDSEC\r\n  0\r\nEOF\r\n";
}

TEST(DxfFile, LeavesUnchangedWhenItLeadsNowhere) {
  const std::string drawing =
      dxf("  0\r\nLINE\r\n  8\r\n0\r\n 10\r\n1.5\r\n 20\r\n2.5\r\n  0\r\nTEXT\r\n  1\r\n\\\\P 縮尺 1/500 "
          "\\\\server\\\r\n");
  const Treated treated = treat(drawing, "dxf");
  EXPECT_EQ(treated.outcome.kind, Outcome::Kind::clean);
  EXPECT_EQ(treated.bytes, drawing);
}

TEST(DxfFile, KeepsOnlyTheNamesOfFilesThatItRefersTo) {
  const Treated treated = treat(dxf("  0\r\nIMAGEDEF\r\n  1\r\n\\\\198.51.100.7\\share\\写真.jpg\r\n"
                                    "  0\r\nBLOCK\r\n  2\r\nxref\r\n  1\r\nC:\\work\\base.dwg\r\n"
                                    "  0\r\nSTYLE\r\n  3\r\n//evil.example/f/a.shx\r\n"
                                    "  0\r\nANYTHING\r\n  1\r\nhttp://evil.example/x.lin\r\n"),
                                "dxf");
  ASSERT_EQ(treated.outcome.kind, Outcome::Kind::altered);
  EXPECT_EQ(treated.removed("external-path"), 4u);
  EXPECT_THAT(treated.bytes, HasSubstr("\r\n写真.jpg\r\n"));
  EXPECT_THAT(treated.bytes, HasSubstr("\r\nbase.dwg\r\n"));
  EXPECT_THAT(treated.bytes, testing::Not(HasSubstr("evil")));
  EXPECT_EQ(treat(treated.bytes, "dxf").outcome.kind, Outcome::Kind::clean);
}

TEST(DxfFile, IsHeldWithForeignObjectsOrABrokenStructure) {
  EXPECT_THAT(treat(dxf("  0\r\nOLE2FRAME\r\n310\r\nD0CF11E0\r\n"), "dxf").outcome.reasons,
              ElementsAre("embedded-in-drawing"));
  EXPECT_THAT(treat(dxf("  0\r\nVBA_PROJECT\r\n310\r\n00\r\n"), "dxf").outcome.reasons,
              ElementsAre("embedded-in-drawing"));
  const std::string broken[] = {"",
                                "text\n",
                                dxf("").substr(0, 60),
                                dxf("not a number\r\nx\r\n"),
                                dxf("") + "<script>",
                                dxf("99999\r\nx\r\n")};
  for (const std::string& one : broken)
    EXPECT_THAT(treat(one, "dxf").outcome.reasons, ElementsAre("broken-drawing")) << one;
}

TEST(DxfFile, LargeOnesAreReadInPieces) {
  std::string lines;
  while (lines.size() < (6u << 20)) lines += "  0\r\nLINE\r\n 10\r\n1.5\r\n";
  const Treated treated = treat(dxf(lines + "  0\r\nIMAGEDEF\r\n  1\r\n\\\\h\\s\\a.png\r\n"), "dxf");
  EXPECT_EQ(treated.removed("external-path"), 1u);
}

}  // namespace
}  // namespace mugai::sanitize
