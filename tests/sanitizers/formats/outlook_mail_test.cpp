#include <gmock/gmock.h>

#include "tests/support/outlook_files.h"
#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint64_t kTime = 134'080'848'000'000'000;  // 2025-11-20 04:00:00 UTC

// The part of a rebuilt mail that people read.
std::string body_of(const RebuiltFile& file) {
  return Rebuilt{file.bytes, {}, {}}.body();
}

MapiItem ordinary() {
  MapiItem item;
  item.values = {unicode(0x001A, u"IPM.Note"),
                 unicode(0x0037, u"見積の件①"),
                 unicode(0x0C1A, u"山田 太郎"),
                 unicode(0x5D01, u"yamada@example.jp"),
                 unicode(0x1000, u"見積をお送りします。\r\n"),
                 unicode(0x1035, u"<1@example.jp>"),
                 unicode(0x1042, u"<0@example.jp>"),
                 time_of(0x0039, kTime)};
  item.recipients = {{int32(0x0C15, 1), unicode(0x3001, u"鈴木"), unicode(0x39FE, u"suzuki@city.example.lg.jp")},
                     {int32(0x0C15, 2), unicode(0x3001, u"佐藤"), unicode(0x3003, u"sato@city.example.lg.jp")}};
  item.attachments = {{{unicode(0x3707, u"一覧 (最終).csv"), unicode(0x3704, u"LIST~1.CSV")}, "a,b\r\n", {}, false}};
  return item;
}

TEST(Msg, BecomesAMailOfOurs) {
  const RebuiltFile file = rebuild_file(msg_file(ordinary()), "見積.msg");
  ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
  EXPECT_EQ(file.item().output_name, "見積.eml");
  EXPECT_EQ(file.item().action, sanitize::Action::converted);
  EXPECT_EQ(file.report.verdict, sanitize::Verdict::clean) << sanitize::to_json(file.report, 1);
  EXPECT_THAT(file.bytes, HasSubstr("Message-ID: <1@example.jp>\r\n"));
  EXPECT_THAT(file.bytes, HasSubstr("In-Reply-To: <0@example.jp>\r\n"));
  EXPECT_THAT(file.bytes, HasSubstr("Date: Thu, 20 Nov 2025 04:00:00 +0000\r\n"));
  EXPECT_THAT(file.bytes, HasSubstr("<suzuki@city.example.lg.jp>"));
  EXPECT_THAT(file.bytes, HasSubstr("Cc: "));
  EXPECT_THAT(body_of(file), HasSubstr("見積をお送りします。"));
  ASSERT_NE(file.item("1/2"), nullptr);
  EXPECT_EQ(file.item("1/2")->output_name, "一覧 (最終).csv");
  EXPECT_EQ(file.item("1/2")->size_out, 5u);
}

TEST(Msg, WhatItBecameStaysAsItIs) {
  const RebuiltFile once = rebuild_file(msg_file(ordinary()), "a.msg");
  const RebuiltFile twice = rebuild_file(once.bytes, once.item().output_name);
  EXPECT_EQ(twice.bytes, once.bytes);
  EXPECT_EQ(twice.report.verdict, sanitize::Verdict::clean) << sanitize::to_json(twice.report, 1);
}

TEST(Msg, AttachedToAMailAddsItsPiecesToIt) {
  const std::string outer =
      "From: a@example.jp\r\nSubject: fwd\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nsee "
      "there\r\n--x\r\n"
      "Content-Type: application/vnd.ms-outlook; name=m.msg\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
  StringSink base64;
  sanitize::Base64Encoder encoder;
  ASSERT_TRUE(encoder.encode(msg_file(ordinary()), base64) && encoder.finish(base64));
  std::string mail = outer;
  mail.replace(mail.find("8bit"), 4, "base64");
  const Rebuilt rebuilt = rebuild(mail + base64.text + "\r\n--x--\r\n");
  EXPECT_THAT(rebuilt.attachment_names(), ElementsAre("m.txt", "一覧 (最終).csv"));
}

TEST(Msg, ReadsStringsOfOldOutlookInItsCodePage) {
  MapiItem item;
  item.values = {string8(0x0037, "\x8c\xa9\x90\xcf"), string8(0x1000, "\x8c\xa9\x90\xcf\x82\xc5\x82\xb7\r\n"),
                 int32(0x3FFD, 932), string8(0x0C1A, "\x8e\x52\x93\x63"), string8(0x0C1F, "yamada@example.jp")};
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  EXPECT_THAT(body_of(file), HasSubstr("見積です"));
  EXPECT_THAT(file.bytes, HasSubstr("Subject: =?UTF-8?B?6KaL56mN?="));
}

TEST(Msg, DoesNotBelieveAWesternCodePageAboveJapanese) {
  MapiItem item;
  item.values = {string8(0x0037, "\x8c\xa9\x90\xcf\x82\xcc\x8c\x8f"), int32(0x3FFD, 1252),
                 string8(0x1000, "\x8c\xa9\x90\xcf\x82\xc5\x82\xb7\r\n")};
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  EXPECT_THAT(body_of(file), HasSubstr("見積です"));
  EXPECT_EQ(file.report.items.front().output_name, "a.eml");
}

TEST(Msg, NamesWhoHasOnlyAnExchangeAddress) {
  MapiItem item = ordinary();
  item.values = {unicode(0x0037, u"x"), unicode(0x1000, u"y"), unicode(0x0C1A, u"山田"),
                 unicode(0x0C1F, u"/o=City/ou=Exchange/cn=Recipients/cn=0123456789abcdef0123456789abcdef-yamada"),
                 unicode(0x0C1E, u"EX")};
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  EXPECT_THAT(file.bytes, HasSubstr("From: =?UTF-8?B?5bGx55Sw?= <yamada@exchange.invalid>"));
}

TEST(Msg, TakesFromTheHeaderThatTravelledWhatPropertiesDoNotSay) {
  MapiItem item;
  item.values = {unicode(0x0037, u"件名"), unicode(0x1000, u"y"),
                 unicode(0x007D,
                         u"Received: from a.example by b.example; Fri, 20 Nov 2026 10:00:00 +0900\r\n"
                         u"From: Taro <taro@example.jp>\r\nTo: b@example.jp\r\nSubject: other\r\n"
                         u"Date: Fri, 20 Nov 2026 10:00:00 +0900\r\nMessage-ID: <9@example.jp>\r\nX-Evil: 1\r\n")};
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  EXPECT_THAT(file.bytes, HasSubstr("Received: from a.example by b.example"));
  EXPECT_THAT(file.bytes, HasSubstr("From: Taro <taro@example.jp>\r\n"));
  EXPECT_THAT(file.bytes, HasSubstr("Date: Fri, 20 Nov 2026 10:00:00 +0900\r\n"));
  EXPECT_THAT(file.bytes, HasSubstr("Message-ID: <9@example.jp>\r\n"));
  EXPECT_THAT(file.bytes, Not(HasSubstr("other")));
  EXPECT_THAT(file.bytes, Not(HasSubstr("Evil")));
}

TEST(Msg, AHeaderValueCannotMakeAFieldOrAPart) {
  MapiItem item = ordinary();
  item.values[1] =
      unicode(0x0037, u"x\r\nBcc: evil@example.jp\r\n\r\n--=_outlook_1\r\nContent-Type: text/html\r\n\r\n<b>");
  item.values.push_back(unicode(0x007D, u"Received: x\rEvil: 1\r\n\r\n--=_outlook_1\r\n\r\nbody"));
  item.attachments[0].values[0] = unicode(0x3707, u"a\r\nX: y\".csv");
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  ASSERT_TRUE(file.left());
  EXPECT_THAT(file.bytes, Not(HasSubstr("\nEvil")));
  EXPECT_THAT(file.bytes, Not(HasSubstr("\nBcc")));
  EXPECT_EQ(file.report.items.size(), 3u) << sanitize::to_json(file.report, 1);
}

TEST(Msg, HoldsAProgramWhateverOutlookShowsOfItsName) {
  MapiItem item = ordinary();
  item.attachments = {{{unicode(0x3707, u"見積.pdf.exe")}, "MZ\x90\x01", {}, false},
                      {{unicode(0x3707, u"a.txt"), unicode(0x3704, u"A.EXE")}, "plain text", {}, false},
                      {{unicode(0x3707, u"b.csv")}, "a,b\r\n", {}, false}};
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  ASSERT_TRUE(file.left());
  EXPECT_EQ(file.report.verdict, sanitize::Verdict::held);
  EXPECT_EQ(file.item("1/2")->action, sanitize::Action::held);
  EXPECT_EQ(file.item("1/3")->action, sanitize::Action::held) << sanitize::to_json(file.report, 1);
  EXPECT_EQ(file.item("1/4")->action, sanitize::Action::rebuilt);
}

TEST(Msg, OpensItemsInItemsAndHoldsWhatIsTooDeep) {
  MapiItem item = ordinary();
  for (int i = 0; i < 12; ++i) {
    MapiItem outer;
    outer.values = {unicode(0x0037, u"外"), unicode(0x1000, u"outer")};
    outer.attachments = {{{unicode(0x3001, u"中のメール")}, "", {item}, false}};
    if (i == 2) {  // three levels are opened
      const RebuiltFile file = rebuild_file(msg_file(outer), "a.msg");
      ASSERT_TRUE(file.left());
      EXPECT_EQ(file.report.verdict, sanitize::Verdict::clean) << sanitize::to_json(file.report, 1);
      EXPECT_THAT(file.bytes, HasSubstr("filename*=UTF-8''%E4%B8%80%E8%A6%A7"));
    }
    item = outer;
  }
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  ASSERT_TRUE(file.left());
  EXPECT_EQ(file.report.verdict, sanitize::Verdict::held);
  EXPECT_THAT(file.report.items.back().reasons, ElementsAre("too-deep"));
}

TEST(Msg, HoldsOleObjectsByName) {
  MapiItem item = ordinary();
  item.attachments.push_back({{unicode(0x3001, u"Excel の表")}, "data", {}, true});
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  ASSERT_TRUE(file.left());
  ASSERT_NE(file.item("1/3"), nullptr);
  EXPECT_EQ(file.item("1/3")->name, "Excel の表");
  EXPECT_THAT(file.item("1/3")->reasons, ::testing::Contains("embedded-object"));
  ASSERT_EQ(file.held.size(), 1u);  // a file of its own, for who asks for it
  EXPECT_EQ(file.held[0].second.substr(0, 4), "\xd0\xcf\x11\xe0");
  EXPECT_THAT(file.held[0].second, HasSubstr("data"));
  EXPECT_EQ(file.item("1/2")->action, sanitize::Action::rebuilt);
}

TEST(Msg, NamesInlinePicturesWhereTheyStood) {
  MapiItem item;
  item.values = {unicode(0x0037, u"図"), binary(0x1013, "<p>before</p><img src=\"cid:p1@x\"><p>after</p>"),
                 int32(0x3FDE, 65001)};
  item.attachments = {{{unicode(0x3707, u"図1.csv"), unicode(0x3712, u"p1@x")}, "a,b\r\n", {}, false}};
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  EXPECT_THAT(body_of(file), HasSubstr("[画像: 図1.csv]")) << body_of(file);
}

TEST(Msg, FindsTheTextInCompressedRtf) {
  for (const bool packed : {false, true}) {
    const std::string rtf =
        "{\\rtf1\\ansi\\ansicpg932\\fromhtml1 {\\fonttbl{\\f0\\fcharset128 MS;}}"
        "{\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 \\'8c\\'a9\\'90\\'cf\\htmlrtf }\\htmlrtf0 "
        "{\\*\\htmltag72 </p>}{\\*\\htmltag84 <script>}x{\\*\\htmltag84 </script>}}";
    MapiItem item;
    item.values = {unicode(0x0037, u"x"), binary(0x1009, packed ? packed_rtf(rtf) : plain_rtf(rtf))};
    const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
    EXPECT_EQ(body_of(file).substr(0, 7), "見積\n") << body_of(file);
    ASSERT_NE(file.item("1/1"), nullptr);
    EXPECT_EQ(file.item("1/1")->detected, "html");
  }
}

TEST(Msg, HoldsAnRtfThatIsTheOnlyTextAndCannotBeRead) {
  MapiItem item;
  item.values = {unicode(0x0037, u"x"), binary(0x1009, "not an RTF at all, whatever it says")};
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  ASSERT_TRUE(file.left());
  EXPECT_THAT(file.report.items.back().reasons, ::testing::Contains("damaged-attachment"));
  EXPECT_EQ(file.held.size(), 1u);
}

TEST(Msg, SaysWhatAnAppointmentSays) {
  MapiItem item;
  item.values = {unicode(0x001A, u"IPM.Appointment"), unicode(0x0037, u"庁議"), unicode(0x1000, u"資料持参"),
                 time_of(0x0060, kTime), time_of(0x0061, kTime + 36'000'000'000)};
  const std::string body = body_of(rebuild_file(msg_file(item), "a.msg"));
  EXPECT_THAT(body, HasSubstr("庁議"));
  EXPECT_THAT(body, HasSubstr("2025-11-20 13:00 日本時間 [2025-11-20 04:00 UTC]"));
  EXPECT_THAT(body, HasSubstr("2025-11-20 14:00 日本時間"));
  EXPECT_THAT(body, HasSubstr("資料持参"));
}

TEST(Msg, OpensASignedMailThatIsKeptAsItTravelled) {
  MapiItem item;
  item.values = {unicode(0x001A, u"IPM.Note.SMIME.MultipartSigned"), unicode(0x0037, u"署名")};
  item.attachments = {
      {{unicode(0x3707, u"smime.p7m"), unicode(0x370E, u"multipart/signed")},
       crlf("Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=x\n\n--x\n"
            "Content-Type: text/plain; charset=utf-8\n\n署名された本文\n--x\nContent-Type: "
            "application/pkcs7-signature\n\n"
            "x\n--x--\n"),
       {},
       false}};
  const RebuiltFile file = rebuild_file(msg_file(item), "a.msg");
  ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
  EXPECT_THAT(body_of(file), HasSubstr("署名された本文"));
  EXPECT_EQ(file.report.items.size(), 3u)
      << sanitize::to_json(file.report, 1);  // the mail, no text of its own, the signed one
}

// Two fields are too few to know a mail by its content; the name says it.
TEST(Msg, ThatIsTextIsTheMailAsItTravelled) {
  const std::string text = crlf("Subject: x\nFrom: a@example.jp\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
                                "--b\n\nhello\n--b\nContent-Type: text/plain; name=run.exe\n\nMZ\n--b--\n");
  for (const std::string& one : {text, std::string("Subject: x\r\nFrom: a@example.jp\r\n\r\nhello\r\n")}) {
    const RebuiltFile file = rebuild_file(one, "memo.msg");
    ASSERT_TRUE(file.left()) << sanitize::to_json(file.report, 1);
    EXPECT_EQ(file.item().output_name, "memo.eml");
    EXPECT_THAT(body_of(file), HasSubstr("hello"));
    EXPECT_EQ(file.held.size(), one == text ? 1u : 0u);
  }
  EXPECT_FALSE(rebuild_file("", "memo.msg").left());
}

TEST(Msg, DamageIsHeldAndNeverHalf) {
  const std::string whole = msg_file(ordinary());
  for (size_t length = 600; length < whole.size(); length += 512) {
    const RebuiltFile file = rebuild_file(whole.substr(0, length), "a.msg");
    if (!file.left()) continue;
    EXPECT_THAT(body_of(file), HasSubstr("見積をお送りします。")) << length;
  }
  std::string loop = whole;  // every chain of sectors leads to itself
  for (size_t at = loop.size() - 512; at + 4 <= loop.size(); at += 4) loop.replace(at, 4, le32(1));
  EXPECT_FALSE(rebuild_file(loop, "a.msg").left());
}

}  // namespace
}  // namespace mugai::test
