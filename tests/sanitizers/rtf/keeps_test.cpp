#include "expect.h"

namespace mugai::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Rtf, WhatIsHarmlessStaysAsItIs) {
  for (const char* body : {
           "{\\fonttbl{\\f0\\froman\\fcharset0\\fprq2{\\*\\panose 02020603050405020304}Times New Roman{\\*\\falt Times};}}",
           "{\\colortbl;\\red255\\green0\\blue0;}\\cf1 a",
           "{\\stylesheet{\\s1\\sbasedon0\\snext1 heading 1;}{\\*\\cs10\\additive Default;}}",
           "{\\*\\listtable{\\list\\listtemplateid-1\\listhybrid{\\listlevel\\levelnfc0\\levelstartat1{\\leveltext\\leveltemplateid5\\'02\\'00.;}"
           "{\\levelnumbers\\'01;}\\fi-360}{\\listname;}\\listid7}}{\\*\\listoverridetable{\\listoverride\\listid7\\listoverridecount0\\ls1}}",
           "\\paperw11906\\paperh16838\\margl1701\\sectd\\pard\\plain\\qc\\b a\\b0\\par",
           "\\trowd\\trgaph108\\cellx4000\\cellx8000\\intbl a\\cell b\\cell\\row",
           "{\\header\\pard h\\par}{\\footer\\pard\\chpgn}",
           "a{\\super\\chftn}{\\footnote\\pard\\chftn b}",
           "{\\*\\bkmkstart x}a{\\*\\bkmkend x}",
           "{\\*\\atnid A}\\chatn{\\*\\annotation\\chatn why?}",
           "{\\*\\revtbl{Unknown;}{Taro;}}\\revised\\revauth1\\revdttm-123456789 new{\\deleted old}",
           "{\\field{\\*\\fldinst PAGE}{\\fldrslt 1}}",
           "{\\field\\fldlock{\\*\\fldinst TOC \\\\o \"1-3\"}{\\fldrslt a}}",
           "{\\field{\\*\\fldinst FORMTEXT{\\*\\formfield\\fftype0{\\*\\ffname T1}{\\*\\ffdeftext x}}}{\\fldrslt x}}",
           "{\\field{\\*\\fldinst IF {\\field{\\*\\fldinst PAGE}{\\fldrslt 1}}= 1 a b}{\\fldrslt a}}",
           "{\\listtext 1.\\tab}a",
           "{\\shp{\\*\\shpinst\\shpleft1\\shptop2\\shpright3\\shpbottom4\\shpwr3{\\sp{\\sn shapeType}{\\sv 202}}{\\sp{\\sn pVerticies}{\\sv 8;2;(0,0);(1,1)}}{\\shptxt\\pard in\\par}}}",
           "{\\*\\pn\\pnlvlblt\\pnf1\\pnindent360{\\pntxtb\\u8226?}}a",
           "{\\mmath{\\*\\moMath{\\mf{\\mnum{\\mr x}}{\\mden{\\mr y}}}}}",
           "\\{\\}\\\\\\~\\_\\-",
           "a\\:b",
           "{\\info{\\title t}{\\creatim\\yr2026\\mo11}}",
       }) {
    const RebuiltFile result = treated_rtf("{\\rtf1\\ansi\\uc1" + std::string(body) + "}");
    EXPECT_EQ(body_of(result), body);
    EXPECT_THAT(result.item().removed, IsEmpty()) << body;
    EXPECT_EQ(result.report.verdict, sanitize::Verdict::clean);
  }
}

TEST(Rtf, CharactersComeThroughWhateverTheyWereWrittenIn) {
  struct Case {
    const char* rtf;
    const char* body;
  };
  for (const Case& one : {
           Case{"{\\rtf1\\ansi\\ansicpg932 \\'8c\\'a9\\'90\\'cf}", "\\ansicpg932\\u-30325?\\u31309?"},
           Case{"{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset128 A;}}\\f0\\'83A\\'83\\'5c}", "{\\fonttbl{\\f0\\fcharset128 A;}}\\f0\\u12450?\\u12477?"},
           Case{"{\\rtf1\\uc2\\u26085\\'93\\'fa\\u26412\\'96\\'7b x}", "\\u26085?\\u26412? x"},
           Case{"{\\rtf1\\uc1\\u-10179?\\u-8704?}", "\\u-10179?\\u-8704?"},
           Case{"{\\rtf1\\ansi\\ansicpg932{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset128 B;}}\\loch\\af0\\dbch\\af1\\'8c\\'a9\\loch\\f0\\'e9t}",
                "\\ansicpg932{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset128 B;}}\\loch\\af0\\dbch\\af1\\u-30325?\\loch\\f0\\u233?t"},
           Case{"{\\rtf1\\ansi\\ansicpg932{\\fonttbl{\\f0\\fcharset0 A;}}\\f0\\'8c\\'a9\\'90\\'cf}", "\\ansicpg932{\\fonttbl{\\f0\\fcharset0 A;}}\\f0\\u-30325?\\u31309?"},
           Case{"{\\rtf1{\\fonttbl{\\f1\\fcharset2 Symbol;}}\\f1\\'b7}", "{\\fonttbl{\\f1\\fcharset2 Symbol;}}\\f1\\u-3913?"},
           Case{"{\\rtf1{\\fonttbl{\\f0\\fcharset128 \\'82\\'6c\\'82\\'72;}}}", "{\\fonttbl{\\f0\\fcharset128\\'82\\'6c\\'82\\'72;}}"},
           Case{"{\\rtf1\\ldblquote a\\rdblquote\\emdash}", "\\u8220?a\\u8221?\\u8212?"},
           Case{"{\\rtf1{\\upr{\\*\\bkmkstart ?}{\\*\\ud{\\*\\bkmkstart \\u26085?}}}a}", "{{{\\*\\bkmkstart\\u26085?}}}a"},
       })
    EXPECT_EQ(body_of(one.rtf), one.body) << one.rtf;
}

TEST(Rtf, BytesThatAreNoCharactersAreNamed) {
  const RebuiltFile result = treated_rtf("{\\rtf1\\uc1\\u-10179?x}");
  EXPECT_EQ(body_of(result), "\\u-3?x");
  EXPECT_THAT(result.item().reasons, ::testing::Contains("undecodable-characters"));
}

// The second character says how many follow; writers in Japan write it beside characters of two bytes.
TEST(Rtf, ListsAreNumberedAsTheyWere) {
  const std::string list = "{\\*\\listtable{\\list{\\listlevel{\\leveltext\\'03\\u31532?\\'00\\u31456?;}{\\levelnumbers\\'02;}}}}";
  EXPECT_EQ(body_of("{\\rtf1" + list + "}"), list);
  EXPECT_EQ(body_of("{\\rtf1\\ansicpg932{\\*\\listtable{\\list{\\listlevel{\\leveltext\\'03\\'91\\'e6\\'00\\'8f\\'cd;}{\\levelnumbers\\'01\\'ff;}}}}}"), "\\ansicpg932" + list);
}

TEST(Rtf, AFileThatIsCalledDocIsNamedForWhatItIs) {
  const RebuiltFile result = treated_rtf("{\\rtf1 a}", {}, "giji.doc");
  EXPECT_EQ(result.item().detected, "rtf");
  EXPECT_EQ(result.item().output_name, "giji.rtf");
}

TEST(Rtf, ADestinationInsideOfItsGroupGetsAGroup) {
  EXPECT_EQ(body_of("{\\rtf1 a{\\b\\footnote c}d}"), "a{\\b{\\footnote c}}d");
}

// Each of these was written otherwise when it came again.
TEST(Rtf, OddDocumentsAreFixedPointsToo) {
  for (const char* rtf : {
           "{\\rtf1 \ta{\\fonttbl{\\f0 A;}}}",
           "{\\rtf1\\'01\\margr1440 a}",
           "{\\rtf1{\\fonttbl{\\f0 {\\*\\panose 0\t2}\tA;}}}",
           "{\\rtf1{\\field{\\*\\fldinst IF {\\field{\\*\\fldinst PAGE}{{\\fldrslt 0}}}}{{\\b{\\fldrslt 1}}}}}",
           "{\\rtf1{\\fonttbl{\\f0\\fcharset128 \\'8c\\'a9\\unheardof\\'8c\\'a9\\'ff;}}}",
           "{\\rtf1\\f{\\fonttbl{\\f0\\fcharset128 A;}\\'8c\\'a9;\\f-1\\fcharset129\\'8c\\'a9}}",
           "{\\rtf1{\\field{\\*\\fldinst IF {\\field{\\*\\fldinst DDE a}{\\fldrslt{\\fonttbl{\\f0 A;}}{\\footnote f}b}}}}c}",
           "{\\rtf1{\\*\\bkmkstart \\'01}{\\title x}a{}{\\b}{{{}}}}",
           "{\\rtf1{\\shp{\\*\\shpinst{\\sp{\\sn fLine}{\\sv 1}{\\sn fFilled}{\\sv 1}}}}}",
       })
    treated_rtf(rtf);
}

TEST(Rtf, CharactersOfTwoHalvesStayWhole) {
  // As LibreOffice writes them: how much to skip changes between the halves.
  const RebuiltFile result = treated_rtf("{\\rtf1\\ansi\\uc1 \\uc0\\u55362\\uc1\\u57271\\'3f\\u-28194?}");
  EXPECT_EQ(body_of(result), "\\u-10174?\\u-8265?\\u-28194?");
  EXPECT_THAT(result.item().reasons, IsEmpty());
}

TEST(Rtf, CodePagesAreTakenAtTheirWord) {
  // Short words in single-byte pages, which happen to be UTF-8, or to begin like its mark.
  EXPECT_EQ(body_of("{\\rtf1\\ansi\\ansicpg1251 \\'d2\\'bb}"), "\\ansicpg1251\\u1058?\\u187?");
  EXPECT_EQ(body_of("{\\rtf1\\ansi\\ansicpg1251 \\'fe\\'ff\\'e1}"), "\\ansicpg1251\\u1102?\\u1103?\\u1073?");
}

TEST(Rtf, ItsWordsComeAsText) {
  Profile profile;
  profile.attachments = AttachmentPolicy::text;
  const RebuiltFile result = rebuild_file(
      "{\\rtf1\\ansi\\ansicpg932{\\header \\'8d\\'86\\par}\\'8c\\'a9{\\footnote b}\\par{\\object{\\*\\objdata 00}}http://evil.example/{\\field{\\*\\fldinst PAGE}{\\fldrslt 7}}}", "a.rtf", profile);
  EXPECT_EQ(result.bytes, "\xef\xbb\xbf号\r\n\r\n見 [b] \r\nhxxp://evil[.]example/7");
  EXPECT_EQ(result.item().output_name, "a.txt");
  EXPECT_EQ(result.item().method, 1);
  EXPECT_EQ(count_of(result, "object"), 1u);
  EXPECT_THAT(rebuild_file("{\\rtf1{\\pict\\pngblip 00}}", "a.rtf", profile).item().reasons, ::testing::Contains("no-text-in-document"));
}

}  // namespace
}  // namespace mugai::test
