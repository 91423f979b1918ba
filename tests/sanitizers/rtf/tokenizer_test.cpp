#include "sanitizers/rtf/tokenizer.h"

#include <gtest/gtest.h>

namespace mugai::sanitize::rtf {
namespace {

std::string tokens_of(std::string_view rtf) {
  std::string all;
  Tokenizer tokens(rtf);
  for (Token token = tokens.next(); token.kind != Token::Kind::end; token = tokens.next()) {
    const std::string text(token.text);
    switch (token.kind) {
      case Token::Kind::open: all += "{ "; break;
      case Token::Kind::close: all += "} "; break;
      case Token::Kind::word: all += "word:" + text + (token.has_number ? "=" + std::to_string(token.number) : "") + " "; break;
      case Token::Kind::symbol: all += "symbol:" + std::to_string(token.byte) + " "; break;
      case Token::Kind::text: all += "text:" + text + " "; break;
      case Token::Kind::hex: all += "hex:" + std::to_string(token.byte) + " "; break;
      case Token::Kind::binary: all += "binary:" + text + (token.cut_short ? "! " : " "); break;
      case Token::Kind::end: break;
    }
  }
  return all;
}

TEST(RtfTokenizer, FindsWordsSymbolsAndText) {
  using namespace std::string_literals;
  EXPECT_EQ(tokens_of("{\\rtf1\\ansi a-1}"), "{ word:rtf=1 word:ansi text:a-1 } ");
  EXPECT_EQ(tokens_of("\\fi-720x\\b\\i0"), "word:fi=-720 text:x word:b word:i=0 ");
  EXPECT_EQ(tokens_of("\\li- 3"), "word:li text:- 3 ");
  EXPECT_EQ(tokens_of("\\'8c\\'A9\\'zz\\~\\*\\\r\n"), "hex:140 hex:169 text:zz symbol:126 symbol:42 symbol:10 ");
  EXPECT_EQ(tokens_of("a\r\nb\0c"s), "text:a text:b text:c ");
  EXPECT_EQ(tokens_of("\\"), "");
}

TEST(RtfTokenizer, StepsOverBinaryDataAndNeverBeyondTheEnd) {
  EXPECT_EQ(tokens_of("\\bin5 }}}}}x"), "binary:}}}}} text:x ");
  EXPECT_EQ(tokens_of("\\bin0 x"), "binary: text:x ");
  EXPECT_EQ(tokens_of("\\bin-1 x"), "binary: text:x ");
  EXPECT_EQ(tokens_of("\\bin99999999999999999999999999 x"), "binary:x! ");
}

TEST(RtfTokenizer, NumbersStayFarBeyondWhatAnyWordMayHave) {
  EXPECT_EQ(tokens_of("\\b99999999999999999999"), "word:b=10000000000 ");
  EXPECT_EQ(tokens_of("\\b-99999999999999999999"), "word:b=-10000000000 ");
}

}  // namespace
}  // namespace mugai::sanitize::rtf
