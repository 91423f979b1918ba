#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "sanitizers/mime/transfer.h"
#include "tests/support/lone_format.h"
#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string card(const std::string& lines, const std::string& version = "3.0") {
  return crlf("BEGIN:VCARD\nVERSION:" + version + "\n" + lines + "END:VCARD\n");
}

// A picture of one dot.
constexpr const char* kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

TEST(VcfFile, KeepsAContactWithItsReading) {
  const LoneResult result = treat_alone(
      card("N:山田;太郎;;;\nFN:山田 "
           "太郎\nX-PHONETIC-LAST-NAME:ヤマダ\nX-PHONETIC-FIRST-NAME:タロウ\nSORT-STRING:ヤマダ\n"
           "ORG:〇〇市;総務課\nTEL;TYPE=WORK,VOICE:03-1234-5678\nitem1.EMAIL;TYPE=INTERNET:yamada@example.jp\n"
           "item1.X-ABLabel:仕事\nADR;TYPE=WORK:;;千代田1-1;千代田区;東京都;100-0001;日本\nBDAY:1970-01-01\n"),
      "vcf");
  ASSERT_TRUE(result.left());
  EXPECT_EQ(result.outcome.kind, sanitize::Outcome::Kind::clean);
  for (const char* line : {"VERSION:3.0\r\n", "N:山田;太郎;;;\r\n", "X-PHONETIC-LAST-NAME:ヤマダ\r\n",
                           "SORT-STRING:ヤマダ\r\n", "ORG:〇〇市;総務課\r\n", "TEL;TYPE=WORK,VOICE:03-1234-5678\r\n",
                           "item1.EMAIL;TYPE=INTERNET:yamada@example.jp\r\n", "item1.X-ABLABEL:仕事\r\n",
                           "ADR;TYPE=WORK:;;千代田1-1;千代田区;東京都;100-0001;日本\r\n", "BDAY:1970-01-01\r\n"})
    EXPECT_THAT(result.bytes, HasSubstr(line));
  EXPECT_EQ(treat_alone(result.bytes, "vcf").bytes, result.bytes);
}

TEST(VcfFile, ReadsVCardOfOldPhones) {
  const LoneResult result = treat_alone(
      card("N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8ER=93c;=91=BE=98Y;;;\nFN;CHARSET=SHIFT_JIS:"
           "\x8e\x52\x93\x63 \x91\xbe\x98\x59\n"
           "SOUND;X-IRMC-N;CHARSET=SHIFT_JIS:\xd4\xcf\xc0\xde;\xc0\xdb\xb3;;;\nTEL;CELL;VOICE:090-1234-5678\n"
           "EMAIL;INTERNET:a@example.jp\n",
           "2.1"),
      "vcf");
  ASSERT_TRUE(result.left());
  for (const char* line :
       {"VERSION:3.0\r\n", "N:山田;太郎;;;\r\n", "FN:山田 太郎\r\n", "X-PHONETIC-LAST-NAME:ﾔﾏﾀﾞ\r\n",
        "X-PHONETIC-FIRST-NAME:ﾀﾛｳ\r\n", "TEL;TYPE=CELL,VOICE:090-1234-5678\r\n"})
    EXPECT_THAT(result.bytes, HasSubstr(line));
  const LoneResult again = treat_alone(result.bytes, "vcf");
  EXPECT_EQ(again.bytes, result.bytes);
  EXPECT_EQ(again.outcome.kind, sanitize::Outcome::Kind::clean);
}

TEST(VcfFile, TakesOutWhatActsOrLiesElsewhere) {
  const std::pair<const char*, const char*> cases[] = {
      {"KEY;ENCODING=b:ZXZpbA==", "contact-key"},
      {"SOUND;ENCODING=b:ZXZpbA==", "contact-sound"},
      {"PHOTO;VALUE=uri:http://evil.example/p.jpg", "contact-picture"},
      {"AGENT:evil", "contact-property"},
      {"SOURCE:ldap://evil", "contact-property"},
      {"URL:javascript:evil", "contact-property"},
      {"X-EVIL:evil", "contact-property"},
      {"NOTE:http://evil.example", "url-defanged"},
      {"IMPP:evil:x", "contact-property"},
      {"FN;ENCODING=b:ZXZpbA==", "contact-property"}};
  for (const auto& [line, what] : cases) {
    const LoneResult result = treat_alone(card(std::string("FN:x\n") + line + "\n"), "vcf");
    ASSERT_TRUE(result.left()) << line;
    EXPECT_EQ(result.removed(what), 1u) << line;
    EXPECT_THAT(result.bytes, Not(HasSubstr("ZXZpbA"))) << line;
    EXPECT_THAT(result.bytes, Not(HasSubstr("ttp://evil"))) << line;
    EXPECT_THAT(result.bytes, Not(HasSubstr(":evil"))) << line;
  }
}

TEST(VcfFile, RebuildsPortraits) {
  for (const std::string& photo :
       {std::string("PHOTO;ENCODING=b;TYPE=PNG:") + kPng, std::string("PHOTO;BASE64;PNG:\n ") + kPng + "\n"}) {
    const std::string bytes = card("FN:x\n" + photo + "\n");
    const RebuiltFile file = rebuild_file(bytes, "a.vcf");
    ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
    EXPECT_THAT(file.bytes, HasSubstr("PHOTO;ENCODING=b;TYPE=PNG:iVBORw0KGgo"));
    ASSERT_NE(file.item("1/1"), nullptr);
    EXPECT_EQ(file.item("1/1")->detected, "png");
    EXPECT_EQ(rebuild_file(file.bytes, "a.vcf").bytes, file.bytes);
  }
  const RebuiltFile four =
      rebuild_file(card(std::string("FN:x\nPHOTO:data:image/png;base64,") + kPng + "\n", "4.0"), "a.vcf");
  EXPECT_THAT(four.bytes, HasSubstr("PHOTO:data:image/png;base64,iVBORw0KGgo"));
}

TEST(VcfFile, AProgramIsNoPortrait) {
  const RebuiltFile file =
      rebuild_file(card("FN:x\nPHOTO;ENCODING=b;TYPE=JPEG:TVqQAAMAAAAEAAAA//8AALgAAAAAAAAA\n"), "a.vcf");
  ASSERT_TRUE(file.left());
  EXPECT_THAT(file.bytes, Not(HasSubstr("PHOTO")));
  EXPECT_EQ(file.item("1/1")->action, sanitize::Action::held);
  EXPECT_EQ(file.held.size(), 1u);
}

TEST(VcfFile, KeepsAllCardsOfAFile) {
  const LoneResult result = treat_alone(card("FN:a\n") + card("FN:b\n", "4.0"), "vcf");
  EXPECT_THAT(result.bytes, HasSubstr("VERSION:3.0\r\nFN:a\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:4.0\r\nFN:b\r\n"));
}

TEST(VcfFile, HoldsWhatIsCut) {
  for (const char* bad :
       {"BEGIN:VCARD\r\nFN:x\r\n", "FN:x\r\n", "BEGIN:VCARD\r\nBEGIN:VCARD\r\nEND:VCARD\r\nEND:VCARD\r\n"})
    EXPECT_THAT(treat_alone(bad, "vcf").outcome.reasons, ElementsAre("damaged-contact")) << bad;
}

}  // namespace
}  // namespace mugai::test
