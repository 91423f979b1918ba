// What a text can be found by: Japanese by any run of characters, other words whole, both in any width and case.
#include "gateway/search/words.h"

#include <gtest/gtest.h>

#include "gateway/search/match.h"

namespace mugai::gateway::words {
namespace {

std::string subject(std::string_view text) {
  Tokens tokens;
  tokens.add(Field::subject, text);
  return tokens.take();
}

std::string query(const std::string& words, bool postgresql = false) {
  Match match;
  match.require(words, {Field::subject});
  return match.text(postgresql);
}

TEST(Words, JapaneseIsCutIntoPairsAndTheLastCharacter) { EXPECT_EQ(subject("請求書"), "j書 j求書 j請求"); }

TEST(Words, OtherWordsAreCutAtWhatIsNoLetterOrDigit) {
  EXPECT_EQ(subject("Invoice-2026_final.PDF"), "j2026 jfinal jinvoice jpdf");
  EXPECT_EQ(subject("請求書2026.pdf"), "j2026 jpdf j書 j求書 j請求");
}

TEST(Words, WidthAndCaseDoNotMatter) {
  EXPECT_EQ(subject("ＩＮＶＯＩＣＥ"), subject("invoice"));
  EXPECT_EQ(subject("ﾃﾞｰﾀ"), subject("データ"));
  EXPECT_EQ(fold("㈱ﾑｶﾞｲ"), "(株)ムガイ");
}

TEST(Words, NothingInATokenNeedsEscaping) {
  const std::string all = subject("a\"b'c\\d:e*f(g)h&i|j!k<l>m\tn\u3000o\u200bp") + query("\"a\" OR * NEAR('b':*) & <c>");
  EXPECT_EQ(all.find_first_of("\\:<>&|\t"), std::string::npos);
  EXPECT_EQ(query("' \" ) ("), "");
}

TEST(Words, BrokenUtf8AndLongTextsAreBounded) {
  EXPECT_LT(subject(std::string(1 << 20, 'a')).size(), 100u);
  EXPECT_LT(subject("\xff\xfe" + std::string(100'000, '\xe3')).size(), 20'000u);
}

TEST(Words, AddressesAreThereWholeInAnyCase) {
  EXPECT_EQ(exact(Exact::sender, "Tanaka@Example.JP"), exact(Exact::sender, "tanaka@example.jp"));
  EXPECT_NE(exact(Exact::sender, "a@b"), exact(Exact::recipient, "a@b"));
  EXPECT_EQ(domain_of("\"a@b\"@Example.JP"), "example.jp");
  EXPECT_EQ(bare_message_id("<a@b>"), "a@b");
}

TEST(Words, EveryTermOfAWordIsWantedInOneField) {
  Match match;
  match.require("請求書 pdf", {Field::subject, Field::name});
  EXPECT_EQ(match.text(false), "((\"j請求\" AND \"j求書\") OR (\"n請求\" AND \"n求書\")) AND ((\"jpdf\") OR (\"npdf\"))");
}

TEST(Words, ABeginningNeedsAStarAndThreeLetters) {
  EXPECT_EQ(query("tana*"), "((\"jtana\"*))");
  EXPECT_EQ(query("tana*", true), "(('jtana':*))");
  EXPECT_EQ(query("ta*"), "((\"jta\"))");
  EXPECT_EQ(query("税"), "((\"j税\"*))");
}

TEST(Words, PairsOfCharactersAreNotYetTheRun) {
  EXPECT_TRUE(gateway::holds("東京都庁", {"東京都庁の件"}));
  EXPECT_FALSE(gateway::holds("東京都庁", {"京都庁と東京"}));
  EXPECT_TRUE(gateway::holds("ﾃﾞｰﾀ移行", {"データ移行"}));
}

TEST(Words, AQueryIsBounded) {
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "語" + std::to_string(i) + " ";
  EXPECT_LT(query(many).size(), 2'000u);
}

}  // namespace
}  // namespace mugai::gateway::words
