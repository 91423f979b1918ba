#include <gmock/gmock.h>

#include "tests/sanitizers/formats/archive_bytes.h"
#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kMail = crlf(
    "From: =?UTF-8?B?5bGx55Sw?= <yamada@example.jp>\nTo: b@example.jp\nSubject: =?UTF-8?B?6KaL56mN?=\n"
    "Date: Fri, 20 Nov 2026 10:00:00 +0900\nMessage-ID: <1@example.jp>\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=x\n\n"
    "--x\nContent-Type: text/html; charset=utf-8\n\n<p>見積です<script>alert(1)</script></p>\n"
    "--x\nContent-Type: text/csv; name=a.csv\nContent-Disposition: attachment; filename=a.csv\n\na,b\n"
    "--x\nContent-Type: application/octet-stream; name=run.exe\n\nMZ\n--x--\n");

TEST(MailFile, BecomesAMailOfOurs) {
  const RebuiltFile file = rebuild_file(kMail, "見積.eml");
  ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
  EXPECT_EQ(file.item().output_name, "見積.eml");
  EXPECT_EQ(file.item().action, sanitize::Action::rebuilt);
  EXPECT_EQ(file.report.verdict, sanitize::Verdict::held);   // the program in it
  EXPECT_THAT(file.bytes, HasSubstr("Message-ID: <1@example.jp>\r\n"));
  EXPECT_THAT(file.bytes, HasSubstr("filename=\"a.csv\""));
  EXPECT_THAT(file.bytes, Not(HasSubstr("Mugai-")));
  ASSERT_NE(file.item("1/3"), nullptr);
  EXPECT_EQ(file.item("1/3")->action, sanitize::Action::held);
  EXPECT_EQ(file.held.size(), 1u);
  EXPECT_EQ(file.held[0].first, "1/3");
}

TEST(MailFile, TreatedAgainStaysAsItIs) {
  const RebuiltFile once = rebuild_file(kMail, "a.eml");
  const RebuiltFile twice = rebuild_file(once.bytes, "a.eml");
  EXPECT_EQ(twice.bytes, once.bytes);
  EXPECT_EQ(twice.report.verdict, sanitize::Verdict::clean) << sanitize::to_json(twice.report, 1);
}

TEST(MailFile, AttachedToAMailAddsItsPiecesToIt) {
  const std::string outer =
      "From: a@example.jp\r\nSubject: fwd\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n"
      "--outer\r\n\r\nsee there\r\n--outer\r\nContent-Type: application/octet-stream; name=m.eml\r\n\r\n" +
      kMail + "\r\n--outer--\r\n";
  const Rebuilt mail = rebuild(outer);
  EXPECT_THAT(mail.attachment_names(), ::testing::ElementsAre("m.txt", "a.csv"));
  ASSERT_NE(mail.item("2/3"), nullptr) << sanitize::to_json(mail.report, 1);
  EXPECT_EQ(mail.item("2/3")->action, sanitize::Action::held);
}

// The mail is four parts and a member.
TEST(MailFile, InAnArchiveIsChargedItsParts) {
  Profile profile;
  profile.limits.max_archive_members = 9;
  const RebuiltFile file = rebuild_file(zip_of({{"1.eml", kMail}, {"2.eml", kMail}, {"c.csv", "a,b\r\n"}}), "a.zip", profile);
  ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
  EXPECT_NE(file.item("1/1/2"), nullptr);
  EXPECT_EQ(file.item("1/2/2"), nullptr);
  EXPECT_THAT(file.item("1/2")->reasons, ::testing::Contains("too-many-members"));
  EXPECT_FALSE(file.item("1/3")->output_name.empty());
}

TEST(MailFile, InAnArchiveIsChargedWhatStandsUuencodedInIt) {
  Profile profile;
  profile.limits.max_archive_members = 9;
  std::string mail = "From: a@example.jp\r\nSubject: x\r\n\r\n";
  for (int i = 0; i < 9; ++i) mail += "begin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n";
  const RebuiltFile file = rebuild_file(zip_of({{"1.eml", mail}, {"c.csv", "a,b\r\n"}}), "a.zip", profile);
  ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
  EXPECT_EQ(file.report.items.size(), 3u);
  EXPECT_THAT(file.item("1/1")->reasons, ::testing::Contains("too-many-members"));
  EXPECT_FALSE(file.item("1/2")->output_name.empty());
}

}  // namespace
}  // namespace mugai::test
