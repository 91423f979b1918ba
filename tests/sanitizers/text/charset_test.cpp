#include "sanitizers/text/charset.h"

#include <gtest/gtest.h>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

using namespace std::string_literals;

struct Case {
  const char* what;
  std::string bytes;
  const char* declared;
  const char* utf8;
  const char* charset;
};

TEST(DecodeText, ReadsJapaneseAsItIsReallyWritten) {
  const Case cases[] = {
      {"ISO-2022-JP", "\x1B$B$3$s$K$A$O\x1B(B!", "iso-2022-jp", "こんにちは!", "iso-2022-jp"},
      {"NEC row 13 and IBM kanji", "\x1B$B-!-j|b\x1B(B", "ISO-2022-JP", "①㈱髙", "iso-2022-jp"},
      {"half-width kana by escape", "\x1B(I6E\x1B(B", "iso-2022-jp", "ｶﾅ", "iso-2022-jp"},
      {"half-width kana by shift-out",
       "\x0E"
       "6E\x0F!",
       "iso-2022-jp", "ｶﾅ!", "iso-2022-jp"},
      {"JIS X 0212", "\x1B$(D0!\x1B(B", "iso-2022-jp-1", "丂", "iso-2022-jp"},
      {"wave dash as Windows shows it", "\x1B$B!A\x1B(B", "iso-2022-jp", "～", "iso-2022-jp"},
      {"declared us-ascii", "\x1B$BF|K\\\x1B(B", "us-ascii", "日本", "iso-2022-jp"},
      {"declared utf-8", "\x1B$BF|K\\\x1B(B", "utf-8", "日本", "iso-2022-jp"},
      {"declared nothing", "\x1B$BF|K\\\x1B(B", "", "日本", "iso-2022-jp"},
      {"Microsoft's label", "\x1B$B-!\x1B(B", "CP50221", "①", "iso-2022-jp"},
      {"CP932 with extensions", "\x87\x40\x87\x8A\xFB\xFC\x81\x60", "Shift_JIS", "①㈱髙～", "cp932"},
      {"CP932 declared x-sjis", "\x93\xFA\x96{", "x-sjis", "日本", "cp932"},
      {"EUC-JP with extensions", "\xAD\xA1\xAD\xEA\xFC\xE2\x8E\xB6", "euc-jp", "①㈱髙ｶ", "euc-jp"},
      {"CP932 undeclared, short", "\x93\xFA\x96{\x8C\xEA", "", "日本語", "cp932"},
      {"EUC-JP undeclared, short", "\xC6\xFC\xCB\xDC\xB8\xEC", "", "日本語", "euc-jp"},
      {"CP932 called UTF-8", "\x82\xB1\x82\xF1\x82\xC9\x82\xBF\x82\xCD", "utf-8", "こんにちは", "cp932"},
      {"CP932 called Latin-1", "\x82\xB1\x82\xF1\x82\xC9\x82\xBF\x82\xCD", "iso-8859-1", "こんにちは",
       "cp932"},
      {"UTF-8 called CP932", "日本語", "shift_jis", "日本語", "utf-8"},
      {"UTF-8 called Latin-1", "日本語", "iso-8859-1", "日本語", "utf-8"},
      {"UTF-8 with a mark, called CP932",
       "\xEF\xBB\xBF"
       "日本",
       "shift_jis", "日本", "utf-8"},
      {"UTF-16 with a mark", "\xFF\xFE\xE5\x65\x2C\x67"s, "", "日本", "utf-16le"},
      {"UTF-16 unmarked", "a\0b\0c\0d\0"s, "", "abcd", "utf-16le"},
      {"UTF-7", "+ZeVnLA-", "utf-7", "日本", "utf-7"},
      {"Latin-1 stays Latin-1", "caf\xE9 cr\xE8me", "iso-8859-1", "café crème", "windows-1252"},
      {"Korean", "\xC7\xD1\xB1\xDB", "ks_c_5601-1987", "한글", "windows-949"},
      {"Chinese", "\xD6\xD0\xCE\xC4", "gb2312", "中文", "gb18030"},
      {"unknown label", "\x93\xFA\x96{", "unknown-8bit", "日本", "cp932"},
  };
  for (const Case& c : cases) {
    const DecodedText text = decode_text(c.bytes, c.declared);
    EXPECT_EQ(text.utf8, c.utf8) << c.what;
    EXPECT_EQ(text.charset, c.charset) << c.what;
    EXPECT_FALSE(text.lossy) << c.what;
  }
}

TEST(DecodeText, SaysWhenTheLabelWasWrong) {
  EXPECT_FALSE(decode_text("\x93\xFA\x96{", "shift_jis").guessed);
  EXPECT_TRUE(decode_text("\x93\xFA\x96{", "utf-8").guessed);
  EXPECT_TRUE(decode_text("\x93\xFA\x96{", "").guessed);
  EXPECT_FALSE(decode_text("plain", "").guessed);
}

TEST(DecodeText, LosesOnlyTheBadCharacter) {
  const DecodedText sjis = decode_text("\x82\xB1\x82\xF1\xFF\x82\xC9\x82\xBF\x82\xCD<b>", "shift_jis");
  EXPECT_EQ(sjis.utf8, "こん\xEF\xBF\xBDにちは<b>");
  EXPECT_TRUE(sjis.lossy);
  // A lead byte must not swallow markup.
  EXPECT_EQ(decode_text("\x82\xA0\x82\xA2\x82\xA4\x82<b>", "shift_jis").utf8, "あいう\xEF\xBF\xBD<b>");
  // An escape sequence that got lost spoils one line only.
  EXPECT_EQ(decode_text("\x1B$BF|K\\\nabc\x1B$B\x41\x21\x7E", "iso-2022-jp").utf8.substr(0, 10), "日本\nabc");
}

TEST(DecodeText, GivesNoNul) {
  const DecodedText text = decode_text("a\0b"s, "utf-8");
  EXPECT_EQ(text.utf8,
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_TRUE(text.lossy);
}

TEST(DecodeText, KnowsThePicturesOfPhones) {
  EXPECT_EQ(decode_text("\x82\xA0\xF8\x9F\x82\xA2", "shift_jis").utf8, "あ☀い");              // DoCoMo
  EXPECT_EQ(decode_text("\xF9\xFC", "shift_jis").utf8, "😱");                                  // its last one
  EXPECT_EQ(decode_text("\x1B$B$\"\x1B$Gj\x0F\x1B$B$$\x1B(B", "iso-2022-jp").utf8, "あ☀い");  // SoftBank
}

TEST(EncodeText, GivesPhonesTheirPicturesBack) {
  for (unsigned lead = 0xF8; lead <= 0xF9; ++lead)
    for (unsigned trail = 0x40; trail <= 0xFC; ++trail) {
      if (trail == 0x7F) continue;
      const std::string bytes = {'n',    'o',    ' ', '1', static_cast<char>(lead), static_cast<char>(trail),
                                 '\x82', '\xA0', '2'};
      const DecodedText text = decode_text(bytes, "cp932");
      EXPECT_FALSE(text.lossy);
      EXPECT_EQ(encode_text(text.utf8, "cp932"), bytes) << text.utf8;
    }
}

TEST(DecodeText, KeepsUserDefinedCharacters) {
  EXPECT_EQ(decode_text("\xF0\x40", "shift_jis").utf8, "\xEE\x80\x80");
  EXPECT_EQ(encode_text("\xEE\x80\x80", "cp932"), "\xF0\x40");
}

TEST(DecodeShort, TellsJapaneseCharsetsApart) {
  const struct {
    const char* bytes;
    const char* utf8;
  } cases[] = {
      {"\x93\xFA\x96{.zip", "日本.zip"},
      {"\xC6\xFC\xCB\xDC\xB8\xEC.zip", "日本語.zip"},
      {"\xC3\xBD\xC4.txt", "ﾃｽﾄ.txt"},
      {"\x90\xBF\x8B\x81\x8F\x91_2024.pdf", "請求書_2024.pdf"},
      {"\xC0\xC1\xB5\xE1\xBD\xF1.pdf", "請求書.pdf"},
      {"\x83\\\x95\\\x94\\.txt", "ソ表能.txt"},
      {"\x8B\x63\x8E\x96\x98\x5E", "議事録"},
      {"caf\xE9", "café"},
      {"Forma\xE7\xE3o Vers\xE3o", "Formação Versão"},
      {"A\x8E\xD0"
       "B\x89\xDB",
       "A社B課"},
      {"M\xFCnchen", "München"},
      {"日本語", "日本語"},
  };
  for (const auto& c : cases) EXPECT_EQ(decode_short(c.bytes).utf8, c.utf8);
}

TEST(EncodeText, WritesWhatItRead) {
  const std::string text = "日本語①㈱髙～ｶﾅ\r\nabc 表能ソ";
  for (const char* charset : {"cp932", "euc-jp", "iso-2022-jp", "utf-8", "utf-16le"}) {
    const auto bytes = encode_text(text, charset);
    ASSERT_TRUE(bytes) << charset;
    const DecodedText back = decode_text(*bytes, charset);
    EXPECT_EQ(back.utf8, text) << charset;
    EXPECT_FALSE(back.lossy) << charset;
  }
  EXPECT_FALSE(encode_text("한글", "cp932"));
  EXPECT_FALSE(encode_text("x", "no-such-charset"));
}

TEST(CanonicalCharset, KnowsTheLabelsOfTheWild) {
  EXPECT_EQ(canonical_charset("Shift_JIS"), "cp932");
  EXPECT_EQ(canonical_charset(" \"ISO-2022-JP\" "), "iso-2022-jp");
  EXPECT_EQ(canonical_charset("ISO-8859-1"), "windows-1252");
  EXPECT_EQ(canonical_charset("UTF8"), "utf-8");
  EXPECT_EQ(canonical_charset("x-unknown"), "");
}

}  // namespace
}  // namespace mugai::sanitize
