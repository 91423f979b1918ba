#include <gmock/gmock.h>

#include "sanitizers/mime/transfer.h"
#include "tests/support/outlook_files.h"
#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string base64(const std::string& bytes) {
  StringSink out;
  sanitize::Base64Encoder encoder;
  return encoder.encode(bytes, out) && encoder.finish(out) ? out.text : std::string();
}

// A mail as Exchange sends it: the text, and everything once more in winmail.dat.
std::string mail_with(const std::string& tnef, const std::string& text, const std::string& name = "winmail.dat") {
  return crlf(
             "From: a@example.jp\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
             "--x\nContent-Type: text/plain; charset=utf-8\n\n" +
             text + "\n--x\nContent-Type: application/ms-tnef; name=\"" + name +
             "\"\nContent-Transfer-Encoding: base64\n\n") +
         base64(tnef) + "\r\n--x--\r\n";
}

std::string body_of(const RebuiltFile& file) {
  return Rebuilt{file.bytes, {}, {}}.body();
}

MapiItem letter(const std::string& cp932_rtf_text) {
  MapiItem item;
  item.values = {unicode(0x001A, u"IPM.Note"), unicode(0x0037, u"見積の件"),
                 binary(0x1009, packed_rtf("{\\rtf1\\ansi\\ansicpg932\\fromtext " + cp932_rtf_text + "}"))};
  item.attachments = {{{unicode(0x3707, u"一覧.csv")}, "a,b\r\n", {}, false}};
  return item;
}

constexpr const char* kText = "\\'8c\\'a9\\'90\\'cf\\'82\\'c5\\'82\\'b7\\par http://x.example/ \\par";  // 見積です

TEST(Tnef, ItsFilesComeBesideTheMailAndItsTextOnce) {
  const Rebuilt mail = rebuild(mail_with(tnef_file(letter(kText)), "見積です\n\n<http://x.example/>"));
  EXPECT_THAT(mail.attachment_names(), ElementsAre("一覧.csv")) << sanitize::to_json(mail.report, 1);
  ASSERT_NE(mail.item("2"), nullptr);
  EXPECT_EQ(mail.item("2")->action, sanitize::Action::removed);
  EXPECT_THAT(mail.item("2")->reasons, ElementsAre("opened"));
  EXPECT_THAT(mail.held, IsEmpty());
  const size_t first = mail.body().find("見積です");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(mail.body().find("見積です", first + 1), std::string::npos);
}

TEST(Tnef, ItsTextIsKeptWhereItSaysSomethingElse) {
  const Rebuilt mail = rebuild(mail_with(tnef_file(letter(kText)), "まったく別の文面"));
  EXPECT_THAT(mail.attachment_names(), ElementsAre("winmail.dat.txt", "一覧.csv"))
      << sanitize::to_json(mail.report, 1);
}

TEST(Tnef, ItsTextIsTheBodyWhereThereIsNoOther) {
  const std::string tnef = tnef_file(letter(kText));
  const Rebuilt mail = rebuild(mail_with(tnef, ""));
  EXPECT_THAT(mail.attachment_names(), ElementsAre("一覧.csv"));
  EXPECT_THAT(mail.body(), HasSubstr("見積です"));
  const Rebuilt sole = rebuild(
      "From: a@example.jp\r\nSubject: x\r\nContent-Type: application/ms-tnef\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n" +
      base64(tnef));
  EXPECT_THAT(sole.body(), HasSubstr("見積です"));
}

TEST(Tnef, IsKnownUnderAnyName) {
  const Rebuilt mail = rebuild(mail_with(tnef_file(letter(kText)), "見積です", "資料.pdf"));
  EXPECT_THAT(mail.attachment_names(), Contains("一覧.csv")) << sanitize::to_json(mail.report, 1);
}

TEST(Tnef, ItsMailTreatedAgainStaysAsItIs) {
  const RebuiltFile once = rebuild_file(tnef_file(letter(kText)), "winmail.dat");
  ASSERT_TRUE(once.left());
  const RebuiltFile twice = rebuild_file(once.bytes, once.item().output_name);
  EXPECT_EQ(twice.bytes, once.bytes);
}

TEST(Tnef, ReadsOldAttributesInTheirCodePage) {
  const std::string tnef = "\x78\x9f\x3e\x22" + le16(1) + tnef_attribute(1, 0x00069007, le32(932) + le32(0)) +
                           tnef_attribute(1, 0x00018004, "\x8c\xa9\x90\xcf" + std::string(1, '\0')) +
                           tnef_attribute(1, 0x0002800C, "\x8c\xa9\x90\xcf\x82\xc5\x82\xb7" + std::string(1, '\0')) +
                           tnef_attribute(2, 0x00069002, std::string(14, '\0')) +
                           tnef_attribute(2, 0x00018010, "\x95\x5c.csv" + std::string(1, '\0')) +
                           tnef_attribute(2, 0x0006800F, "a,b\r\n");
  const RebuiltFile file = rebuild_file(tnef, "winmail.dat");
  ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
  EXPECT_THAT(file.bytes, HasSubstr("Subject: =?UTF-8?B?6KaL56mN?="));
  EXPECT_THAT(body_of(file), HasSubstr("見積です"));
  ASSERT_NE(file.item("1/2"), nullptr);
  EXPECT_EQ(file.item("1/2")->output_name, "表.csv");
}

TEST(Tnef, OpensMessagesInsideAndHoldsObjects) {
  MapiItem outer = letter(kText);
  outer.attachments.push_back({{unicode(0x3001, u"中のメール")}, "", {letter(kText)}, false});
  outer.attachments.push_back({{unicode(0x3001, u"表")}, "object", {}, true});
  const RebuiltFile file = rebuild_file(tnef_file(outer), "winmail.dat");
  ASSERT_TRUE(file.left());
  EXPECT_NE(file.item("1/3/2"), nullptr) << sanitize::to_json(file.report, 1);
  ASSERT_NE(file.item("1/4"), nullptr);
  EXPECT_THAT(file.item("1/4")->reasons, Contains("embedded-object"));
  ASSERT_EQ(file.held.size(), 1u);
  EXPECT_EQ(file.held[0].second, "object");
}

TEST(Tnef, HoldsProgramsInside) {
  MapiItem item = letter(kText);
  item.attachments.push_back({{unicode(0x3707, u"run.js")}, "alert(1)", {}, false});
  const Rebuilt mail = rebuild(mail_with(tnef_file(item), "見積です"));
  EXPECT_THAT(mail.attachment_names(), ElementsAre("一覧.csv"));
  EXPECT_EQ(mail.held.size(), 1u);
}

TEST(Tnef, TakesItsPartsFromWhatTheMessageMayHave) {
  Profile profile;
  profile.limits.max_archive_members = 5;
  const std::string two_parts = tnef_file(letter(kText));
  EXPECT_TRUE(rebuild_file(two_parts, "winmail.dat", profile).left());
  MapiItem many = letter(kText);
  for (int i = 0; i < 5; ++i) many.attachments.push_back(many.attachments.front());
  const RebuiltFile file = rebuild_file(tnef_file(many), "winmail.dat", profile);
  EXPECT_FALSE(file.left());
  EXPECT_THAT(file.item().reasons, Contains("too-many-members"));
}

TEST(Tnef, DepthIsBounded) {
  MapiItem item = letter(kText);
  for (int i = 0; i < 20; ++i) {
    MapiItem outer;
    outer.values = {unicode(0x0037, u"外")};
    outer.attachments = {{{unicode(0x3001, u"中")}, "", {item}, false}};
    item = outer;
  }
  const RebuiltFile file = rebuild_file(tnef_file(item), "winmail.dat");
  ASSERT_TRUE(file.left());
  EXPECT_THAT(file.report.items.back().reasons, Contains("too-deep"));
}

TEST(Tnef, DamageIsHeldAndNeverHalf) {
  const std::string whole = tnef_file(letter(kText));
  for (size_t length = 4; length < whole.size(); ++length) {
    const RebuiltFile file = rebuild_file(whole.substr(0, length), "winmail.dat");
    if (!file.left()) continue;
    for (const sanitize::Item& item : file.report.items)
      if (item.name == "一覧.csv" && item.action == sanitize::Action::rebuilt) {
        EXPECT_EQ(item.size_out, 5u) << length;
      }
  }
}

}  // namespace
}  // namespace mugai::test
