#include <gmock/gmock.h>

#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::string mail(const std::string& subject, const std::string& body) {
  return "From yamada@example.jp Fri Nov 20 10:00:00 2026\nFrom: yamada@example.jp\nSubject: " + subject +
         "\nMessage-ID: <1@example.jp>\nDate: Fri, 20 Nov 2026 10:00:00 +0900\n\n" + body + "\n\n";
}

TEST(Mbox, BecomesAZipOfMails) {
  const std::string box = mail("=?UTF-8?B?6KaL56mN?=", "one") + mail("a/b.exe", ">From two") + mail("", "three");
  const RebuiltFile file = rebuild_file(box, "inbox.mbox");
  ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
  EXPECT_EQ(file.item().output_name, "inbox.zip");
  EXPECT_EQ(file.report.verdict, sanitize::Verdict::clean) << sanitize::to_json(file.report, 1);
  ASSERT_NE(file.item("1/3"), nullptr);
  EXPECT_EQ(file.item("1/1")->output_name, "001_見積.eml");
  EXPECT_EQ(file.item("1/2")->output_name, "002_a_b_exe.eml");
  EXPECT_EQ(file.item("1/3")->output_name, "003.eml");
  const RebuiltFile again = rebuild_file(file.bytes, "inbox.zip");
  EXPECT_EQ(again.bytes, file.bytes);
}

TEST(Mbox, TextThatBeginsLikeAMailboxCutsNothing) {
  const std::string box = mail("x", "hello\n\nFrom here on 10:00 it is 2026\nand so on") + mail("y", "two");
  const RebuiltFile file = rebuild_file(box, "a.mbox");
  EXPECT_EQ(file.item("1/3"), nullptr) << sanitize::to_json(file.report, 1);
}

TEST(Mbox, OneBadMailLeavesTheOthers) {
  const std::string bad =
      "From x Fri Nov 20 10:00:00 2026\nFrom: a@example.jp\nSubject: bad\nMIME-Version: 1.0\n"
      "Content-Type: multipart/encrypted; boundary=x\n\n--x\n\nx\n--x--\n\n";
  const RebuiltFile file =
      rebuild_file(mail("good", "fine") + bad + mail("program", "begin 644 a.exe\n#35J0\n`\nend"), "a.mbox");
  ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
  EXPECT_EQ(file.report.verdict, sanitize::Verdict::held);
  EXPECT_FALSE(file.item("1/1")->output_name.empty());
  EXPECT_EQ(file.item("1/1")->action, sanitize::Action::rebuilt);
}

TEST(Mbox, OfOneMessageIsThatMessage) {
  const RebuiltFile file = rebuild_file(mail("x", ">From one"), "a.mbox");
  ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
  EXPECT_EQ(file.item().output_name, "a.eml");
  EXPECT_THAT(file.bytes, HasSubstr("\nFrom one"));
}

TEST(Mbox, IsKnownWithoutItsName) {
  EXPECT_EQ(rebuild_file(mail("x", "a") + mail("y", "b"), "inbox").item().detected, "mbox");
  EXPECT_NE(rebuild_file("From here on, at 10:00 in 2026\nwe write\n", "note.txt").item().detected, "mbox");
}

TEST(Mbox, WithoutAMailIsHeld) {
  const RebuiltFile file = rebuild_file("hello", "a.mbox");
  EXPECT_FALSE(file.left());
  EXPECT_THAT(file.item().reasons, Contains("damaged-mailbox"));
}

}  // namespace
}  // namespace mugai::test
