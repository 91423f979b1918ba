#include <gtest/gtest.h>

#include "sanitizers/rtf/text.h"

namespace mugai::sanitize::rtf {
namespace {

struct Case {
  const char* what;
  std::string rtf, text;
};

TEST(RtfText, GivesTheWords) {
  const Case cases[] = {
      {"lines and tabs", "{\\rtf1 a\\par b\\line c\\tab d}", "a\nb\nc\td"},
      {"CP932 by document", "{\\rtf1\\ansi\\ansicpg932 \\'8c\\'a9\\'90\\'cf}", "見積"},
      {"CP932 by font", "{\\rtf1\\ansi{\\fonttbl{\\f0 A;}{\\f1\\fcharset128 B;}}\\f1\\'8c\\'a9\\f0\\'e9}", "見é"},
      {"a second byte that is a letter", "{\\rtf1\\ansicpg932 \\'83A\\'83\\'5c\\'83\\{}", "アソボ"},
      {"Unicode with its replacement", "{\\rtf1\\uc1 \\u35211?\\u31309?}", "見積"},
      {"Unicode with two replacements", "{\\rtf1\\uc2\\u-30325\\'8c\\'a9x}", "\u898bx"},
      {"a pair of surrogates", "{\\rtf1\\uc0\\u-10179\\u-8704 }", "😀"},
      {"a lone surrogate", "{\\rtf1\\uc0\\u-10179 x}", "\ufffdx"},
      {"no pictures, styles, instructions",
       "{\\rtf1{\\pict 00ff}{\\stylesheet{s;}}{\\*\\generator G;}{\\info{\\title T}}x}", "x"},
      {"the result of a field", "{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"http://evil.example\"}{\\fldrslt shown}}}",
       "shown"},
      {"readings over names", "{\\rtf1{\\field{\\*\\fldinst EQ \\\\* jc2 \\\\* hps10 {\\b \\\\o}\\\\ad(\\\\s\\\\up 9(yamada),Yamada)}{\\fldrslt}}}", "Yamada(yamada)"},
      {"other equations", "{\\rtf1{\\field{\\*\\fldinst EQ \\\\f(1,2)}}{\\field{\\*\\fldinst EQUAL (1)}}}", "1,2"},
      {"no hidden text", "{\\rtf1 a{\\v b}c\\v d\\v0 e}", "ace"},
      {"binary data is stepped over", "{\\rtf1{\\pict\\bin5 }}}}}x}y", "y"},
      {"escaped braces", "{\\rtf1 \\{a\\}\\\\}", "{a}\\"},
      {"too many closing braces", "{\\rtf1 a}}}}b", "ab"},
      {"text hidden in RTF", "{\\rtf1\\ansi\\fromtext a\\par b}", "a\nb"},
  };
  for (const Case& one : cases) {
    const RtfText text = text_of_rtf(one.rtf);
    EXPECT_EQ(text.content, one.text) << one.what;
    EXPECT_FALSE(text.is_html);
  }
}

TEST(RtfText, GivesBackTheHtmlThatOutlookHidInIt) {
  const std::string rtf =
      "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl\r\n{\\f0\\fswiss "
      "Arial;}}\r\n{\\colortbl\\red0\\green0\\blue0;}\r\n"
      "{\\*\\htmltag18 <html>}\r\n{\\*\\htmltag64 <body>}\\htmlrtf {\\htmlrtf0 \r\nsee {\\*\\htmltag84 <a "
      "href=\"http://x.example\">}"
      "\\htmlrtf \\ul \\htmlrtf0 here\\htmlrtf \\ulnone\\htmlrtf0 {\\*\\htmltag92 </a>}{\\*\\mhtmltag84 <a "
      "href=\"cid:1\">}"
      "\\par\r\n{\\*\\htmltag84 &nbsp;}{\\*\\htmltag58 </body>}}";
  const RtfText text = text_of_rtf(rtf);
  EXPECT_TRUE(text.is_html);
  EXPECT_EQ(text.content, "<html><body>see <a href=\"http://x.example\">here</a>\n&nbsp;</body>");
}

TEST(RtfText, DepthCostsNothing) {
  std::string deep(2'000'000, '{');
  deep.append("x").append(2'000'000, '}').append("y");
  EXPECT_EQ(text_of_rtf(deep).content, "xy");
}

}  // namespace
}  // namespace mugai::sanitize::rtf
