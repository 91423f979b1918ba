#include "sanitizers/formats/text_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/formats/csv_cells.h"
#include "support.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

std::string cells(std::string_view csv) {
  return CsvCells().neutralise(csv);
}

struct Cell {
  std::string in, out;
};
class CsvFormula : public testing::TestWithParam<Cell> {};
TEST_P(CsvFormula, IsNeutralisedAndNothingElseIs) {
  EXPECT_EQ(cells(GetParam().in), GetParam().out);
  EXPECT_EQ(cells(GetParam().out), GetParam().out) << "treating the output again must change nothing";
}
INSTANTIATE_TEST_SUITE_P(
    Each, CsvFormula,
    testing::Values(
        Cell{"=1+1,b\n", "'=1+1,b\n"}, Cell{"a,=cmd|' /C calc'!A0\r\n", "a,'=cmd|' /C calc'!A0\r\n"},
        Cell{"a,\"=1\"\n", "a,\"'=1\"\n"}, Cell{"@SUM(A1)\n", "'@SUM(A1)\n"}, Cell{"+A1\n", "'+A1\n"},
        Cell{"-A1\n", "'-A1\n"}, Cell{"-2+3+cmd|'x'!A\n", "'-2+3+cmd|'x'!A\n"},
        Cell{"-5,+3.5,-1e10,-12%\n", "-5,+3.5,-1e10,-12%\n"}, Cell{"\"-1,234\",-\n", "\"-1,234\",-\n"},
        Cell{"--,---\n", "--,---\n"}, Cell{"-1,234\n", "-1,234\n"}, Cell{"＝1+1\n", "'＝1+1\n"},
        Cell{"＋A\n", "'＋A\n"}, Cell{"－Ａ\n", "'－Ａ\n"}, Cell{"＠x\n", "'＠x\n"},
        Cell{"－５,－\n", "－５,－\n"}, Cell{" =1\n", "' =1\n"}, Cell{"\t=1\n", "\t'=1\n"},
        Cell{"\"\t=1\"\n", "\"'\t=1\"\n"}, Cell{"　=1\n", "'　=1\n"}, Cell{"a;=1;b\n", "a;'=1;b\n"},
        Cell{"a\t=1\n", "a\t'=1\n"}, Cell{"a\r=1\r", "a\r'=1\r"}, Cell{"\"a,=b\"\n", "\"a,=b\"\n"},
        Cell{"a\"b,=1\n", "a\"b,'=1\n"}, Cell{" \"a,=1\"\n", " \"a,'=1\"\n"},
        Cell{"\"a\"\"=b\"\n", "\"a\"\"=b\"\n"}, Cell{"\"x\n=1\"\n", "\"x\n'=1\"\n"},
        Cell{"\"memo\n- item\"\n", "\"memo\n- item\"\n"}, Cell{"sep=|\na|=1\n", "sep=|\na|'=1\n"},
        Cell{"sep='\na'=1\n", "'sep='\na'=1\n"}, Cell{"ID;N;E\nC;X1;Y1;K0;EEXEC(1)\n", "'ID;N;E\nC;X1;Y1;K0;EEXEC(1)\n"},
        Cell{"ID,name\n1,x\n", "ID,name\n1,x\n"}, Cell{"\"\"=1\n", "\"\"'=1\n"},
        Cell{"\" \"=1\n", "\" \"'=1\n"}, Cell{"\"\"\"=1\"\n", "\"\"\"=1\"\n"},
        Cell{"a;\"b,=c\"\n", "a;\"b,'=c\"\n"}, Cell{"-1\t+cmd|'x'!A\n", "-1\t'+cmd|'x'!A\n"},
        Cell{"x\r\"a,=1\r\n", "x\r\"a,'=1\r\n"}, Cell{"a=b,c@d.jp,1-2\n", "a=b,c@d.jp,1-2\n"}, Cell{"", ""},
        Cell{",,\n", ",,\n"}, Cell{"=", "'="}));

TEST(CsvFormula, StateIsCarriedFromPieceToPiece) {
  CsvCells pieces;
  EXPECT_EQ(pieces.neutralise("a,\"b\n"), "a,\"b\n");
  EXPECT_EQ(pieces.neutralise("c,=1\",=2\n"), "c,=1\",'=2\n");
  EXPECT_EQ(pieces.formulas(), 1u);
}

TEST(CsvFile, NamesFormulasAndProgramStarts) {
  const Treated treated = treat("a,=1\nb,=cmd|'/C calc'!A0\n", "csv");
  EXPECT_EQ(treated.outcome.kind, Outcome::Kind::altered);
  EXPECT_EQ(treated.removed("formula"), 2u);
  EXPECT_EQ(treated.removed("dde"), 1u);
}

TEST(CsvFile, KeepsFormulasWhenTheProfileSaysSo) {
  Profile profile;
  profile.csv_formulas = CsvFormulas::keep;
  EXPECT_EQ(treat("a,=1\n", "csv", profile).bytes, "a,=1\n");
}

const std::string kShiftJis = "\x93\xfa\x96{\x8c\xea,\x87\x40\x8a\x94\r\n";  // 日本語,①株

TEST(TextFile, LeavesInTheCharsetItCameIn) {
  const std::string texts[] = {"plain\r\n",
                               kShiftJis,
                               "日本語①髙\n",
                               "\xef\xbb\xbf日本語\n",
                               "\x1b$BF|K\\\x1b(B\n",
                               "\xc6\xfc\xcb\xdc\xb8\xec\xa4\xc7\xa4\xb9\xa1\xa3\n",
                               "\xff\xfe\xe5\x65\x2c\x67\r\0\n\0"s,
                               "\xfe\xff\x65\xe5\x67\x2c"s};
  for (const std::string& text : texts) {
    const Treated treated = treat(text, "text");
    EXPECT_EQ(treated.outcome.kind, Outcome::Kind::clean) << text;
    EXPECT_EQ(treated.bytes, text);
    EXPECT_EQ(treated.outcome.type_out->id, "text");
  }
}

TEST(TextFile, Utf16WithoutAMarkGetsOne) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "a\0b\0\r\0\n\0"s;
  EXPECT_EQ(treat(text, "text", {}, "utf-16le").bytes, "\xff\xfe" + text);
}

TEST(TextFile, UserDefinedCharactersOfShiftJisSurvive) {
  const std::string gaiji = "\x8e\x73\x92\xac\x91\xba\x82\xcc\x8a\x4f\x8e\x9a: \xf0\x40\xf0\x41\xf2\x9a\r\n";
  EXPECT_EQ(treat(gaiji, "csv", {}, "shift_jis").bytes, gaiji);
}

TEST(TextFile, ControlAndBidiCharactersGo) {
  const Treated treated = treat(
      "a\x01"
      "b\u202E"
      "c\td\r\n",
      "text");
  EXPECT_EQ(treated.outcome.kind, Outcome::Kind::altered);
  EXPECT_EQ(treated.bytes, "abc\td\r\n");
  EXPECT_FALSE(treated.outcome.removed.empty());
}

TEST(TextFile, LargeFilesAreReadInPiecesWithTheSameResult) {
  std::string large;
  while (large.size() < (3u << 20)) large += "plain,=1\r\n";
  large += kShiftJis;
  while (large.size() < (5u << 20)) large += kShiftJis + "\"quoted\n";
  Profile profile;
  profile.limits.max_text_bytes = 2 << 20;  // a limit of pieces, not of the file
  const Treated treated = treat(large, "csv", profile);
  ASSERT_EQ(treated.outcome.kind, Outcome::Kind::altered);
  EXPECT_EQ(treated.bytes.size(), large.size() + treated.removed("formula"));
  EXPECT_EQ(treated.bytes.substr(treated.bytes.size() - 9), "\"quoted\n"s.insert(0, "\n"));
}

TEST(TextFile, IsHeldWhenItCannotBeTreatedHonestly) {
  Profile profile;
  profile.limits.max_text_bytes = 1 << 20;
  EXPECT_THAT(treat(std::string(3 << 20, 'x'), "text", profile).outcome.reasons,
              ElementsAre("text-too-large"));
  std::string mixed;
  while (mixed.size() < (2u << 20)) mixed += "日本語の行\n";
  for (int i = 0; i < 100'000; ++i) mixed += kShiftJis;
  EXPECT_FALSE(treat(mixed, "text").left());
  std::string noise;
  for (int i = 0; i < 4096; ++i) noise += static_cast<char>(0x80 + (i * 7919 % 128));
  EXPECT_FALSE(treat(noise, "text", {}, "utf-8").left() &&
               treat(noise, "text", {}, "utf-8").bytes.find('?') != std::string::npos);
}

TEST(XmlFile, LosesInstructionsAndBareDocumentTypesAcrossPieces) {
  EXPECT_EQ(treat("<?xml version='1.0'?><!DOCTYPE a><?php x?><a>1</a><?end?>\n", "xml").bytes,
            "<?xml version='1.0'?><a>1</a>\n");
  std::string lines;   // more than one piece
  for (int i = 0; i < 40'000; ++i) lines += "<row>" + std::to_string(i) + " 日本語</row><?x y?>\n";
  const Treated large = treat("<a>" + lines + "</a>", "xml");
  ASSERT_TRUE(large.left());
  EXPECT_EQ(large.removed("xml-instruction"), 40'000u);
  EXPECT_EQ(large.bytes.find("<?"), std::string::npos);
  EXPECT_NE(large.bytes.find("<row>39999 日本語</row>\n"), std::string::npos);
}

TEST(XmlFile, KeepsItsCharset) {
  const std::string text = "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>\n<a>\x93\xfa\x96\x7b</a>\n";
  EXPECT_EQ(treat(text, "xml").bytes, text);
}

TEST(XmlFile, WhatIsNotXmlComesAsText) {
  const Treated broken = treat("<?xml version='1.0'?><a><b></a>", "xml");
  ASSERT_TRUE(broken.left());
  EXPECT_EQ(broken.outcome.type_out->id, "text");
  EXPECT_THAT(broken.outcome.reasons, ElementsAre("not-xml"));
}

TEST(XmlFile, DepthIsBounded) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_THAT(treat(deep, "xml").outcome.reasons, ElementsAre("xml-too-deep"));
}

TEST(XmlFile, LosesStylesheetsAndIsHeldWhenItCouldRun) {
  EXPECT_EQ(treat("<?xml version=\"1.0\"?>\n<a b='c'/>\n", "xml").bytes,
            "<?xml version=\"1.0\"?>\n<a b='c'/>\n");
  const Treated styled = treat("<?xml version=\"1.0\"?><?xml-stylesheet href='x.xsl'?><a/>", "xml");
  EXPECT_EQ(styled.bytes, "<?xml version=\"1.0\"?><a/>");
  EXPECT_EQ(styled.removed("stylesheet"), 1u);
  EXPECT_THAT(treat("<a xmlns:x='http://www.w3.org/1999/xhtml'><x:script/></a>", "xml").outcome.reasons,
              ElementsAre("active-xml"));
  EXPECT_THAT(treat("<a xmlns:x='http://www.w3.org/1999&#47;xhtml'/>", "xml").outcome.reasons,
              ElementsAre("active-xml"));
  EXPECT_THAT(treat("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "xml").outcome.reasons, ElementsAre("xml-entity"));
  EXPECT_THAT(treat("<a xmlns:x='http://www.w3.org/2001/XInclude'/>", "xml").outcome.reasons, ElementsAre("active-xml"));
  EXPECT_THAT(treat("<?xml version='1.0'?><HTML/>", "xml").outcome.reasons, ElementsAre("active-xml"));
  EXPECT_THAT(treat("<!DOCTYPE a SYSTEM 'http://x/'><a/>", "xml").outcome.reasons, ElementsAre("xml-entity"));
}

}  // namespace
}  // namespace mugai::sanitize
