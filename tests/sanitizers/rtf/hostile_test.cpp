#include "expect.h"
#include "tests/sanitizers/formats/support.h"

namespace mugai::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  const char* what;
  std::string rtf, body, id;
  uint64_t count = 1;
};

std::string hex_of(const std::string& bytes) {
  std::string out;
  for (const char c : bytes)
    for (const int digit : {static_cast<unsigned char>(c) >> 4, static_cast<unsigned char>(c) & 15}) out += "0123456789ABCDEF"[digit];
  return out;
}

void expect(const Case& one) {
  const RebuiltFile result = treated_rtf(one.rtf);
  EXPECT_EQ(body_of(result), one.body) << one.what;
  if (one.id.empty()) return;
  EXPECT_EQ(count_of(result, one.id), one.count) << one.what;
}

TEST(RtfHostile, ObjectsGoHoweverTheyAreWritten) {
  for (const Case& one : {
           Case{"plain", "{\\rtf1{\\object\\objemb\\objw100{\\*\\objclass Equation.3}{\\*\\objdata 0105 0000}}a}", "a", "object"},
           Case{"updating itself", "{\\rtf1{\\object\\objautlink\\objupdate{\\*\\objdata 01050000}}a}", "a", "external-reference"},
           Case{"a control", "{\\rtf1{\\object\\objocx{\\*\\objdata 01}}a}", "a", "activex"},
           Case{"its picture stays", "{\\rtf1{\\object\\objemb{\\*\\objdata 01}{\\result{\\b look}}}a}", "{{{\\b look}}}a", "object"},
           Case{"groups in the digits", "{\\rtf1{\\object{\\*\\objdata 01{\\*\\x 02}{{{05}}}\\'00}}a}", "a", "object"},
           Case{"words in the digits", "{\\rtf1{\\object{\\*\\objdata\\objclass\\par 01\\mmaddfieldname05\\u77 }}a}", "a", "object"},
           Case{"binary in the digits", "{\\rtf1{\\object{\\*\\objdata 01\\bin4 }}{{05}}a}", "a", "object"},
           Case{"no star", "{\\rtf1{\\object{\\objdata 0105}}a}", "a", "object"},
           Case{"behind an unknown star", "{\\rtf1{\\object{\\*\\mmodso\\objdata 0105}}a}", "a", "object"},
           Case{"no object around", "{\\rtf1{\\*\\objdata 0105}a}", "a", "object"},
           Case{"inside of a group", "{\\rtf1{\\b x\\*\\objdata 0105}a}", "{\\b x}a", "object"},
           Case{"in a table of fonts", "{\\rtf1{\\fonttbl{\\f0{\\object{\\*\\objdata 01}}A;}}a}", "{\\fonttbl{\\f0 A;}}a", "object"},
           Case{"in a value of a shape", "{\\rtf1{\\shp{\\*\\shpinst{\\sp{\\sn pib}{\\sv{\\object{\\*\\objdata 01}}}}}}a}", "{\\shp{\\*\\shpinst{\\sp{\\sn pib}{\\sv}}}}a", "object"},
           Case{"one in the other", "{\\rtf1{\\object{\\*\\objdata 01}{\\result{\\object{\\*\\objdata 02}}}}a}", "a", "object"},
       })
    expect(one);
}

TEST(RtfHostile, FieldsThatFetchOrRunLeaveTheirResult) {
  for (const char* code : {"DDEAUTO c:\\\\\\\\windows\\\\\\\\cmd.exe \"/k calc\"", " dde a b", "INCLUDEPICTURE \"http://evil.example/a.png\" \\\\d", "INCLUDETEXT a", "IMPORT a", "LINK a",
                           "DATABASE a", "RD a", "EMBED a", "CONTROL a", "AUTOTEXT a", "PRINT a", "UNHEARDOF", "\"DDE\" a", "{\\b D}{\\i DE} a", "D\\'44E a", "\\u68?DE a", "D{\\*\\junk x}DE a",
                           "{\\field{\\*\\fldinst QUOTE 68 68}{\\fldrslt DD}}E a", "{\\footnote PAGE }DDE a", "{\\listtext PAGE }DDE a", "{\\*\\annotation PAGE }{\\upr{PAGE }{\\*\\ud{PAGE }}}DDE a", "{\\deleted P}DDE a", "D{\\deleted X}DE a"}) {
    const RebuiltFile result = treated_rtf("{\\rtf1{\\field{\\*\\fldinst " + std::string(code) + "}{\\fldrslt shown}}a}");
    EXPECT_THAT(body_of(result), "{{shown}}a") << code;
    EXPECT_EQ(count_of(result, "field-code"), 1u) << code;
  }
  expect({"a button", "{\\rtf1{\\field{\\*\\fldinst MACROBUTTON Evil Click here}}a}", "{Click here}a", "field-code"});
  expect({"a second instruction", "{\\rtf1{\\field{\\*\\fldinst PAGE}{\\*\\fldinst DDE a}{\\fldrslt 1}}}", "{\\field{\\*\\fldinst PAGE}{\\fldrslt 1}}", "field-code"});
  expect({"an instruction without a field", "{\\rtf1{\\*\\fldinst DDE a}a}", "a", "other-entry"});
  expect({"a macro of a form", "{\\rtf1{\\field{\\*\\fldinst FORMTEXT{\\*\\formfield{\\*\\ffname n}{\\*\\ffentrymcr Evil}}}{\\fldrslt x}}}",
          "{\\field{\\*\\fldinst FORMTEXT{\\*\\formfield{\\*\\ffname n}}}{\\fldrslt x}}", "macro"});
}

TEST(RtfHostile, LinksAreWhatTheProfileSays) {
  const auto link = [](const std::string& code) { return "{\\rtf1{\\field{\\*\\fldinst HYPERLINK " + code + "}{\\fldrslt here}}}"; };
  const std::string kept = "{\\field{\\*\\fldinst HYPERLINK \"http://a.example/x\"}{\\fldrslt here}}";
  Profile keep;
  keep.urls = UrlPolicy::keep;
  EXPECT_EQ(body_of(link("\"http://a.example/x\""), keep), kept);
  const RebuiltFile defanged = treated_rtf(link("\"http://a.example/x\""));
  EXPECT_EQ(body_of(defanged), "{{here}}");
  EXPECT_EQ(count_of(defanged, "url-defanged"), 1u);
  for (const char* code : {"\"file://evil/a\"", "\"\\\\\\\\\\\\\\\\evil\\\\\\\\a\"", "\"ms-word:ofe|u|http://evil\"", "\"http://a.example/{\\field{\\*\\fldinst PAGE}{\\fldrslt x}}\""}) {
    const RebuiltFile result = treated_rtf(link(code), keep);
    EXPECT_THAT(body_of(result), Not(HasSubstr("fldinst"))) << code;
    EXPECT_FALSE(result.item().removed.empty()) << code;
  }
  EXPECT_EQ(body_of(link("\\\\l \"place\"")), "{\\field{\\*\\fldinst HYPERLINK \\\\l \"place\"}{\\fldrslt here}}");
  const RebuiltFile shape = treated_rtf("{\\rtf1{\\shp{\\*\\shpinst{\\sp{\\sn pihlShape}{\\sv{\\*\\hl{\\hlloc x}{\\hlsrc file://evil}{\\hlfr y}}}}{\\sp{\\sn fLine}{\\sv 1}}}}}", keep);
  EXPECT_EQ(body_of(shape), "{\\shp{\\*\\shpinst{\\sp{\\sn fLine}{\\sv 1}}}}");
  EXPECT_EQ(count_of(shape, "unsafe-link"), 1u);
}

TEST(RtfHostile, WhatPointsElsewhereOrNamesPeopleGoes) {
  for (const Case& one : {
           Case{"template", "{\\rtf1{\\*\\template http://evil.example/a.dot}a}", "a", "remote-template"},
           Case{"files", "{\\rtf1{\\filetbl{\\file\\fid1 c:\\\\a.doc}}\\subdocument1 a}", "a", "external-reference", 2},
           Case{"mail merge", "{\\rtf1{\\*\\mailmerge{\\mmconnectstr DSN=x}}a}", "a", "data-connection"},
           Case{"data", "{\\rtf1{\\*\\datastore 0105}a}", "a", "custom-data"},
           Case{"fonts inside", "{\\rtf1{\\fonttbl{\\f0{\\*\\fontemb\\ftruetype 00ff}A;}}a}", "{\\fonttbl{\\f0 A;}}a", "embedded-font"},
           Case{"people", "{\\rtf1{\\info{\\title t}{\\author Taro}{\\operator Hanako}{\\*\\company}}a}", "{\\info{\\title t}}a", "metadata", 2},
           Case{"unheard of", "{\\rtf1{\\*\\unheardof x}{\\unheardof y}\\unheardof1 a}", "{y}a", "other-entry"},
           Case{"what nobody misses", "{\\rtf1{\\*\\generator W;}{\\*\\themedata 00}{\\*\\rsidtbl\\rsid1}\\insrsid1{\\*\\latentstyles{\\lsdlockedexcept x;}}a}", "a", ""},
           Case{"in front and behind", "{\\rtf1 a}PK\x03\x04", "a", "trailing-data"},
       })
    expect(one);
  EXPECT_EQ(count_of(treated_rtf("junk{\\rtf1 a}"), "leading-data"), 1u);
}

TEST(RtfHostile, NumbersThatReadersBreakOverAreNotWritten) {
  for (const Case& one : {
           Case{"a font", "{\\rtf1{\\fonttbl{\\f40000 A;}}\\f-1 a}", "{\\fonttbl{A;}}a", ""},
           Case{"list levels", "{\\rtf1{\\*\\listoverridetable{\\listoverride\\listid1\\listoverridecount25\\ls1}}a}", "{\\*\\listoverridetable{\\listoverride\\listid1\\ls1}}a", ""},
           Case{"arrays of shapes", "{\\rtf1{\\shp{\\*\\shpinst{\\sp{\\sn pFragments}{\\sv 9;2;1111}}{\\sp{\\sn pVerticies}{\\sv 8;99999;(1,2)}}{\\sp{\\sn pSegmentInfo}{\\sv 2;1;x}}}}a}",
                "{\\shp{\\*\\shpinst{\\sp{\\sn pVerticies}{\\sv 8;1;(1,2)}}}}a", ""},
           Case{"tables in tables", "{\\rtf1\\itap99999 a}", "a", ""},
       })
    expect(one);
  std::string fonts = "{\\rtf1{\\fonttbl";
  for (int i = 0; i < 5'000; ++i) fonts += "{\\f" + std::to_string(i) + " A;}";
  EXPECT_FALSE(rebuild_file(fonts + "}a}", "a.rtf").left());
}

TEST(RtfHostile, WhatBreaksOffOrGoesTooDeepIsHeld) {
  EXPECT_EQ(body_of("{\\rtf1 the last brace\\par"), "the last brace\\par");
  for (const char* rtf : {"{\\rtf1{\\b a", "{\\rtf1{\\fonttbl", "{\\rtf1{\\pict\\pngblip 00", "{\\rtf1{\\*\\objdata 00", "{\\rtf1{\\pict\\bin9 00}}", "no rtf at all"})
    EXPECT_THAT(rebuild_file(rtf, "a.rtf").item().reasons, Contains("damaged-document")) << rtf;
  const std::string deep(300, '{'), shallow(300, '}');
  EXPECT_THAT(rebuild_file("{\\rtf1" + deep + "a" + shallow + "}", "a.rtf").item().reasons, Contains("too-deep"));
  EXPECT_EQ(body_of("{\\rtf1{\\*\\objdata" + std::string(500'000, '{') + std::string(500'000, '}') + "}a}"), "a");
}

TEST(RtfHostile, PicturesAreRebuiltOrGrey) {
  const std::string png = hex_of(sanitize::png_of(8, 8, std::string(8 * 8 * 3, '\x80')));
  const RebuiltFile kept = treated_rtf("{\\rtf1{\\*\\shppict{\\pict{\\*\\picprop{\\sp{\\sn wzDescription}{\\sv x}}}\\picw8\\pich8\\picwgoal120\\pichgoal120\\pngblip\\bliptag1{\\*\\blipuid 00}" + png +
                                       "}}{\\nonshppict{\\pict\\wmetafile8 0100}}}");
  EXPECT_THAT(body_of(kept), HasSubstr("{\\*\\shppict{\\pict{\\*\\picprop{\\sp{\\sn wzDescription}{\\sv x}}}\\picw8\\pich8\\picwgoal120\\pichgoal120\\pngblip89504e47"));
  EXPECT_EQ(count_of(kept, "picture-placeholder"), 0u);
  const RebuiltFile grey = treated_rtf("{\\rtf1{\\pict\\wmetafile8\\picw2540\\pich1270 0100090000030000}}");
  EXPECT_THAT(body_of(grey), HasSubstr("{\\pict\\picwgoal1440\\pichgoal720\\pngblip89504e47"));
  EXPECT_EQ(count_of(grey, "picture-placeholder"), 1u);
  const RebuiltFile program = treated_rtf("{\\rtf1{\\pict\\pngblip 4d5a9000}}");
  EXPECT_THAT(body_of(program), Not(HasSubstr("4d5a9000")));
}

TEST(Rtf, AFieldBehindALongDeletionGoes) {
  for (const char* hidden : {"\\deleted", "\\revised"}) {
    const std::string rtf = "{\\rtf1{\\field{\\*\\fldinst {" + std::string(hidden) + " PAGE " + std::string(8'300, 'x') + "}DDEAUTO cmd}{\\fldrslt r}}}";
    const RebuiltFile result = treated_rtf(rtf);
    EXPECT_EQ(result.bytes.find("DDEAUTO"), std::string::npos);
    EXPECT_EQ(count_of(result, "field-code"), 1u);
  }
}

TEST(Rtf, ALinkWithATabInItsInstructionGoes) {
  for (const char* between : {"\\tab ", "\\'09", "\\lbr1 "}) {
    const RebuiltFile result = treated_rtf("{\\rtf1{\\field{\\*\\fldinst HYPERLINK \\\\o x" + std::string(between) + "\"http://phish.example/\"}{\\fldrslt r}}}");
    EXPECT_EQ(result.bytes.find("phish"), std::string::npos) << between;
  }
}

TEST(Rtf, ListsHaveNineLevelsHoweverTheyAreNested) {
  std::string levels;
  for (int i = 0; i < 12; ++i) levels += "{\\listlevel\\levelnfc0}" + std::string(i == 8 ? "}{" : "");
  const RebuiltFile result = treated_rtf("{\\rtf1{\\*\\listtable{\\list{" + levels + "}\\listid7}}}");
  size_t count = 0;
  for (size_t at = 0; (at = result.bytes.find("\\listlevel", at)) != std::string::npos; ++at) ++count;
  EXPECT_LE(count, 9u);
}

TEST(Rtf, PicturesAndNamesWithoutEndAreHeld) {
  std::string pictures;
  for (int i = 0; i < 12'000; ++i) pictures += "{\\pict\\pngblip 00}";
  const RebuiltFile many = rebuild_file("{\\rtf1" + pictures + "}", "a.rtf");
  EXPECT_FALSE(many.left());
  EXPECT_THAT(many.item().reasons, ::testing::Contains("too-many-members"));
  EXPECT_FALSE(rebuild_file("{\\rtf1{\\info{\\title " + std::string(3 << 20, 'x') + "}}}", "a.rtf").left());
}

TEST(Rtf, WhatIsDroppedInTheMiddleOfAGroupIsTold) {
  EXPECT_EQ(count_of(treated_rtf("{\\rtf1 x\\ud rest of it}"), "other-entry"), 1u);
}

}  // namespace
}  // namespace mugai::test
