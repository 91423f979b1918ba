// The pipeline on whole messages. Each test is a message as it arrives and what its reader must find.
#include "sanitizers/mime/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/rebuild.h"

namespace mugai::sanitize {
namespace {

using test::crlf;
using test::rebuild;
using test::Rebuilt;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Running the output through again changes nothing but the trace fields.
std::string without_trace(const std::string& message) {
  std::string out;
  for (size_t at = 0; at < message.size();) {
    size_t end = message.find("\r\n", at);
    end = end == std::string::npos ? message.size() : end + 2;
    const std::string_view line(message.data() + at, end - at);
    if (!line.starts_with("Mugai-")) out.append(line);
    at = end;
  }
  return out;
}

void expect_fixed_point(const Rebuilt& once) {
  const Rebuilt twice = rebuild(once.message);
  EXPECT_EQ(without_trace(twice.message), without_trace(once.message));
}

TEST(Pipeline, APlainTextMailIsCleanAndSaysTheSame) {
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
To: b@example.jp
Subject: hello
Message-ID: <1@example.com>
Date: Fri, 20 Nov 2026 09:00:00 +0900

Good morning.
See you.
)"));
  EXPECT_EQ(out.report.verdict, Verdict::clean);
  EXPECT_EQ(out.body(), "Good morning.\nSee you.\n");
  EXPECT_THAT(out.message, HasSubstr("Message-ID: <1@example.com>\r\n"));
  EXPECT_THAT(out.message, HasSubstr("Date: Fri, 20 Nov 2026 09:00:00 +0900\r\n"));
  expect_fixed_point(out);
}

TEST(Pipeline, OnlyListedHeaderFieldsCross) {
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
Subject: x
X-Evil: payload
Bcc: secret@example.com
Disposition-Notification-To: spy@example.com
Mugai-Result: clean; v=1; id=FORGED
DKIM-Signature: v=1; b=abc

x
)"));
  for (const char* gone : {"X-Evil", "secret@", "spy@", "FORGED", "DKIM"}) EXPECT_THAT(out.message, Not(HasSubstr(gone)));
}

TEST(Pipeline, ReceivedFieldsAreKeptAndOursIsFirst) {
  const auto workspace = Workspace::in_memory();
  test::KeptPieces held;
  StringSink out;
  const Tools tools{test::identifier(), *workspace, held};
  const auto report = rebuild_message(crlf("Received: from a by b; Fri, 20 Nov 2026 00:00:00 +0000\nFrom: a@b.example\n\nx\n"),
                                      {}, {"T-1", "gw.example", "from c by gw.example; today", {}}, tools, out);
  ASSERT_TRUE(report);
  EXPECT_EQ(out.text.find("Received: from c by gw.example; today\r\nReceived: from a by b;"), 0u) << out.text;
}

TEST(Pipeline, AnExecutableIsHeldNamedAndKept) {
  const std::string exe = "MZ\x90";
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

see attachment
--b
Content-Type: application/octet-stream; name="setup.exe"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="setup.exe"

TVqQ
--b--
)"));
  EXPECT_EQ(out.report.verdict, Verdict::held);
  ASSERT_NE(out.item("2"), nullptr);
  EXPECT_EQ(out.item("2")->action, Action::held);
  EXPECT_THAT(out.item("2")->reasons, Contains("executable"));
  EXPECT_THAT(out.body(), HasSubstr("setup.exe"));
  EXPECT_THAT(out.body(), HasSubstr("TEST-1-2"));
  ASSERT_EQ(out.held.size(), 1u);
  EXPECT_EQ(out.held[0].second, exe);
  EXPECT_THAT(out.message, Not(HasSubstr("TVqQ")));
  expect_fixed_point(out);
}

TEST(Pipeline, TheHtmlFormWinsWhenThePlainFormSaysClearlyLess) {
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

Please use an HTML reader.
--b
Content-Type: text/html

<p>The meeting of the budget committee is on Monday at ten in room 301, please bring the printed plan with you.</p>
<p>Lunch will be served afterwards for everybody who has told the office before Friday evening.</p>
--b--
)"));
  EXPECT_THAT(out.body(), HasSubstr("budget committee"));
  EXPECT_THAT(out.body(), Not(HasSubstr("HTML reader")));
  expect_fixed_point(out);
}

TEST(Pipeline, ThePlainFormIsPreferredWhenItSaysTheSame) {
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

The meeting is on Monday.
--b
Content-Type: text/html

<p>The meeting is on <b>Monday</b>.</p>
--b--
)"));
  EXPECT_EQ(out.body(), "The meeting is on Monday.\n");
}

TEST(Pipeline, AnInlinePictureLeavesAMarkAndComesAsAttachment) {
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html

<p>before</p><img src="cid:dot@x"><p>after</p>
--b
Content-Type: image/gif; name="dot.gif"
Content-ID: <dot@x>
Content-Disposition: inline; filename="dot.gif"
Content-Transfer-Encoding: base64

R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7
--b--
)"));
  EXPECT_THAT(out.body(), HasSubstr("[画像: dot.gif]"));
  EXPECT_THAT(out.attachment_names(), ElementsAre("dot.gif"));
}

TEST(Pipeline, AForwardedMailBecomesAReadableTextAndItsAttachmentsComeBesideIt) {
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

fyi
--b
Content-Type: message/rfc822

From: c@example.com
Subject: inner
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: text/plain

inner text
--c
Content-Type: text/plain; name=list.txt
Content-Disposition: attachment; filename=list.txt

one
--c--
--b--
)"));
  EXPECT_THAT(out.attachment_names(), ElementsAre("inner.txt", "list.txt"));
  ASSERT_NE(out.item("2/2"), nullptr);
  EXPECT_THAT(out.message, Not(HasSubstr("message/rfc822")));
  expect_fixed_point(out);
}

struct Ambiguity {
  const char* name;
  const char* message;
  const char* note;   // must be in the report; empty: nothing need be said, the output is immune by construction
};

// Where two readers may see two different mails. However it is read, the executable is found and nothing of the foreign
// structure leaves.
class Ambiguous : public testing::TestWithParam<Ambiguity> {};

TEST_P(Ambiguous, TheExecutableNeverLeaves) {
  const Rebuilt out = rebuild(crlf(GetParam().message));
  EXPECT_THAT(out.message, Not(HasSubstr("TVqQAAMAAAAEAAAA")));
  for (const Item& item : out.report.items)
    if (item.output_name.find(".exe") != std::string::npos) ADD_FAILURE() << item.output_name;
  if (*GetParam().note) {
    EXPECT_THAT(out.report.notes, Contains(GetParam().note));
  }
  expect_fixed_point(out);
}

INSTANTIATE_TEST_SUITE_P(
    Classes, Ambiguous,
    testing::Values(
        Ambiguity{"TwoContentTypes", R"(From: a@b.example
Content-Type: text/plain
Content-Type: multipart/mixed; boundary=b

--b
Content-Disposition: attachment; filename=a.exe
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA
--b--
)", "duplicate-header"},
        Ambiguity{"TwoTransferEncodings", R"(From: a@b.example
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename=a.dat
Content-Transfer-Encoding: 7bit
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA
--b--
)", "ambiguous-encoding"},
        Ambiguity{"CommentInTransferEncoding", R"(From: a@b.example
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: application/octet-stream; name=a.dat
Content-Transfer-Encoding: (x) base64

TVqQAAMAAAAEAAAA
--b--
)", "ambiguous-encoding"},
        Ambiguity{"TwoNames", R"(From: a@b.example
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; name=a.txt
Content-Disposition: attachment; filename=a.txt; filename*=utf-8''a.exe

hello
--b--
)", ""},
        Ambiguity{"NameInTwoWords", R"(From: a@b.example
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain
Content-Disposition: attachment; filename="=?utf-8?B?5pel?= =?utf-8?B?LmV4ZQ==?="

hello
--b--
)", ""},
        Ambiguity{"BlankBeforeColon", R"(From: a@b.example
Content-Type : multipart/mixed; boundary=b

--b
Content-Disposition: attachment; filename=a.exe
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA
--b--
)", "blank-before-colon"},
        Ambiguity{"PartAfterTheEnd", R"(From: a@b.example
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

hello
--b--
--b
Content-Disposition: attachment; filename=a.exe
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA
--b--
)", "content-in-epilogue"},
        Ambiguity{"DataBehindPadding", R"(From: a@b.example
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: application/octet-stream; name=a.txt
Content-Transfer-Encoding: base64

aGk=TVqQAAMAAAAEAAAA
--b--
)", ""},
        Ambiguity{"MessageInBase64", R"(From: a@b.example
Content-Type: message/rfc822
Content-Transfer-Encoding: base64

Q29udGVudC1UeXBlOiBhcHBsaWNhdGlvbi9vY3RldC1zdHJlYW07IG5hbWU9YS5leGUKQ29udGVudC1UcmFuc2Zlci1FbmNvZGluZzogYmFzZTY0CgpUVnFRQUFNQUFBQUVBQUFBCg==
)", ""},
        Ambiguity{"MultipartInBase64", R"(From: a@b.example
Content-Type: multipart/mixed; boundary=b
Content-Transfer-Encoding: base64

LS1iCkNvbnRlbnQtRGlzcG9zaXRpb246IGF0dGFjaG1lbnQ7IGZpbGVuYW1lPWEuZXhlCkNvbnRlbnQtVHJhbnNmZXItRW5jb2Rpbmc6IGJhc2U2NAoKVFZxUUFBTUFBQUFFQUFBQQotLWItLQo=
)", "malformed-multipart"},
        Ambiguity{"BoundaryInSingleQuotes", R"(From: a@b.example
Content-Type: multipart/mixed; boundary='b'

--b
Content-Disposition: attachment; filename=a.exe
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA
--b--
)", "malformed-multipart"},
        Ambiguity{"TheLastOfTwoBoundaries", R"(From: a@b.example
Content-Type: multipart/mixed; boundary=a; boundary=b

--b
Content-Disposition: attachment; filename=a.exe
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA
--b--
)", "duplicate-parameter"},
        Ambiguity{"NoBoundary", R"(From: a@b.example
Content-Type: multipart/mixed boundary=b

--b
Content-Disposition: attachment; filename=a.exe
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA
--b--
)", "missing-boundary"},
        Ambiguity{"TwoDispositions", R"(From: a@b.example
Content-Type: multipart/mixed; boundary=b

--b
Content-Disposition: attachment; filename=a.txt
Content-Disposition: attachment; filename=a.exe

TVqQAAMAAAAEAAAA
--b--
)", "duplicate-header"},
        Ambiguity{"ExternalBody", R"(From: a@b.example
Content-Type: message/external-body; access-type=URL; URL="http://evil.example/a.exe"

Content-Type: application/octet-stream

)", ""},
        Ambiguity{"Partial", R"(From: a@b.example
Content-Type: message/partial; id=x; number=1; total=2

TVqQAAMAAAAEAAAA
)", ""}),
    [](const testing::TestParamInfo<Ambiguity>& info) { return std::string(info.param.name); });

TEST(Pipeline, EncryptedMailIsHeldWithANotice) {
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
Subject: secret
Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b

--b
Content-Type: application/pgp-encrypted

Version: 1
--b
Content-Type: application/octet-stream

-----BEGIN PGP MESSAGE-----
--b--
)"));
  EXPECT_EQ(out.report.verdict, Verdict::held);
  EXPECT_THAT(out.report.items.at(0).reasons, Contains("encrypted-mail"));
  EXPECT_THAT(out.message, Not(HasSubstr("BEGIN PGP")));
  EXPECT_EQ(out.report.subject, "secret");
}

TEST(Pipeline, UuencodedFilesAreFoundInTheText) {
  const Rebuilt out = rebuild(crlf("From: a@example.com\n\nhello\nbegin 644 a.exe\n#35J0\n`\nend\nbye\n"));
  EXPECT_THAT(out.body(), Not(HasSubstr("begin 644")));
  EXPECT_THAT(out.body(), HasSubstr("bye"));
  ASSERT_EQ(out.held.size(), 1u);
  EXPECT_EQ(out.held[0].second, "MZ\x90");
}

TEST(Pipeline, AMailOverALimitIsHeldWholeAndItsRecipientIsTold) {
  std::string message = "From: a@example.com\r\nSubject: many\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 1'500; ++i) message += "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n";
  const Rebuilt out = rebuild(message + "--b--\r\n");
  EXPECT_EQ(out.report.verdict, Verdict::held);
  EXPECT_THAT(out.report.items.at(0).reasons, Contains("too-many-parts"));
  EXPECT_THAT(out.body(), HasSubstr("TEST-1-1"));
  ASSERT_EQ(out.held.size(), 1u);
  EXPECT_EQ(out.held[0].second.size(), message.size() + 7);
}

TEST(Pipeline, AProfileThatDropsAttachmentsDropsThemAndSaysSo) {
  Profile profile;
  profile.attachments = AttachmentPolicy::drop;
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

text
--b
Content-Type: text/plain; name=a.txt
Content-Disposition: attachment; filename=a.txt

x
--b--
)"), profile);
  EXPECT_THAT(out.attachment_names(), IsEmpty());
  EXPECT_EQ(out.item("2")->action, Action::removed);
  EXPECT_THAT(out.body(), HasSubstr("a.txt"));
}

TEST(Pipeline, TheReportNamesTheMessageId) {
  const Rebuilt out = rebuild("Message-ID: (odd) <1.2@mail.example>\r\nFrom: a@b.example\r\n\r\nx\r\n");
  EXPECT_EQ(out.report.message_id, "1.2@mail.example");
  EXPECT_THAT(to_json(out.report), Not(HasSubstr("message_id"))) << "the shape of the JSON is fixed";
}

TEST(Pipeline, TheSubjectIsTaggedOnce) {
  Profile profile;
  profile.subject_tag = "[無害化済] ";
  const Rebuilt once = rebuild("From: a@b.example\r\nSubject: hi\r\n\r\nx\r\n", profile);
  const Rebuilt twice = rebuild(once.message, profile);
  EXPECT_EQ(once.report.subject, "hi");
  EXPECT_EQ(twice.report.subject, "[無害化済] hi");
  EXPECT_EQ(without_trace(once.message), without_trace(twice.message));
}

TEST(Pipeline, TextThatNoPartHoldsIsNotLost) {
  EXPECT_EQ(rebuild("no header at all.\r\nsecond line\r\n").body(), "no header at all.\nsecond line\n");
  EXPECT_THAT(rebuild(crlf("From: a@b.example\nContent-Type: multipart/mixed; boundary=never\n\nstill readable\n")).body(),
              HasSubstr("still readable"));
  EXPECT_THAT(rebuild(crlf("From: a@b.example\nContent-Type: multipart/mixed\n\n--x\n\nstill readable\n--x--\n")).body(),
              HasSubstr("still readable"));
}

TEST(Pipeline, APlainFormInSeveralPartsIsOneText) {
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: text/plain

before the picture
--m
Content-Type: text/plain

after the picture
--m--
--a
Content-Type: text/html

<p>before the picture</p><p>after the picture</p>
--a--
)"));
  EXPECT_THAT(out.body(), HasSubstr("before the picture"));
  EXPECT_THAT(out.body(), HasSubstr("after the picture"));
}

TEST(Pipeline, ADisplayNameCannotPassForAnotherAddress) {
  const Rebuilt out = rebuild("From: \"mayor@city.lg.jp\" <x@evil.example>\r\n\r\nhello\r\n");
  EXPECT_THAT(out.message.substr(0, out.message.find("\r\n\r\n")), Not(HasSubstr("mayor@city.lg.jp")));
  EXPECT_THAT(out.message, HasSubstr("<x@evil.example>"));
  EXPECT_THAT(out.report.notes, Contains("address-in-display-name"));
  EXPECT_EQ(out.report.verdict, Verdict::altered);
  expect_fixed_point(out);
}

TEST(Pipeline, TheNoticeShowsAForeignNameWithoutItsTricks) {
  const Rebuilt out = rebuild(crlf("From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
                                   "Content-Disposition: attachment; filename=\"www.evil.example \u202Etxt\u200B.exe\"\n\n"
                                   "MZ\n--b\n"
                                   "Content-Disposition: attachment; filename=\"" + std::string(100'000, 'x') + ".exe\"\n\n"
                                   "MZ\n--b--\n"));
  ASSERT_EQ(out.held.size(), 2u);
  EXPECT_THAT(out.body(), HasSubstr("www[.]evil[.]example txt.exe"));
  EXPECT_THAT(out.body(), Not(HasSubstr("\u202E")));
  EXPECT_LT(out.body().size(), 3'000u);
  expect_fixed_point(out);
}

TEST(Pipeline, AddressGroupsInGroupsDoNotEndTheProcess) {
  std::string groups;
  for (int i = 0; i < 100'000; ++i) groups += "a:";
  const Rebuilt out = rebuild("From: a@b.example\r\nTo: " + groups + "\r\n\r\nhello\r\n");
  EXPECT_EQ(out.report.verdict, Verdict::held);
  EXPECT_THAT(out.report.items.at(0).reasons, Contains("header-too-long"));
  const Rebuilt nested = rebuild("From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\nResent-CC : " + groups +
                                 "\r\n\r\nhello\r\n");
  EXPECT_EQ(nested.report.verdict, Verdict::held);
}

TEST(Pipeline, AReportStaysSmallWhateverTheNames) {
  std::string message = "From: a@b.example\r\nSubject: " + std::string(100'000, 's') + "\r\n"
                        "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 50; ++i)
    message += "--b\r\nContent-Type: text/" + std::string(20'000, 'x') + "; name=\"" + std::string(50'000, 'x') +
               ".txt\"\r\n\r\nx\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: " + std::string(50'000, 'y') +
               "\r\n\r\nx\r\n";
  const Rebuilt out = rebuild(message + "--b--\r\n");
  EXPECT_LT(to_json(out.report).size(), 250'000u);
}

TEST(Pipeline, TooManyParametersAreNotParsed) {
  std::string message = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 5; ++i) {
    message += "--b\r\nContent-Type: text/plain";
    for (int k = 0; k < 30'000; ++k) message += ";a=b";
    message += "\r\n\r\nx\r\n";
  }
  EXPECT_EQ(rebuild(message + "--b--\r\n").report.verdict, Verdict::held);
}

// What every second mail has must not bury its text under a notice.
TEST(Pipeline, TheNoticeTellsWhatIsGoneFromWhatIsChanged) {
  const std::string body =
      rebuild("From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nsee http://c.example/ \u202Eback\r\n").body();
  EXPECT_THAT(body, HasSubstr("除いたもの: 文字の並びを変える制御文字 1。変えたもの: クリックできない形にしたリンク 1\n"));
  EXPECT_THAT(body, HasSubstr("Changed: links made unclickable 1\n"));
}

TEST(Pipeline, TheNoticeOfAnOrdinaryHtmlMailIsOneLineForEachLanguage) {
  const std::string html = "<p>\u304A\u77E5\u3089\u305B\u3067\u3059\u3002<a href='https://city.example.jp/'>\u8A73\u7D30</a></p>";
  const Rebuilt out = rebuild("From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html + "\r\n");
  const std::string notice = out.body().substr(out.body().find("-----"));
  EXPECT_EQ(std::count(notice.begin(), notice.end(), '\n'), 4) << notice;
  EXPECT_THAT(notice, HasSubstr("HTML was turned into text"));
  expect_fixed_point(out);
}

TEST(Pipeline, NotesOfFormThatAreNormalInJapaneseMailDoNotAlarmTheReader) {
  const Rebuilt out = rebuild(crlf("From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n"
                                   "Content-Type: text/csv; name=\"=?ISO-2022-JP?B?GyRCOCtAUT1xGyhCLmNzdg==?=\"\n"
                                   "Content-Disposition: attachment; filename=\"\x8c\xa9\x90\xcf\x8f\x91.csv\"\n\n1,2\n--b--\n"));
  EXPECT_THAT(out.report.notes, Contains("encoded-word-in-parameter"));
  EXPECT_EQ(out.report.verdict, Verdict::clean);
  EXPECT_EQ(out.body(), "hello\n");
}

TEST(Pipeline, PiecesWithoutANameGetOneThatAClerkUnderstands) {
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your mail was not delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
--b
Content-Type: text/rfc822-headers

Subject: lost

--b
Content-Type: text/csv

a,b
--b--
)"));
  EXPECT_THAT(out.attachment_names(), ElementsAre("配信状況.txt", "lost.txt", "添付ファイル1.csv"));
}

TEST(Pipeline, ALetterWithTheBoundaryOfAnotherIsOpenedAllTheSame) {
  const Rebuilt out = rebuild(crlf(R"(From: a@example.com
Content-Type: multipart/mixed; boundary="other"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

44GC44GE44GG
--b
Content-Type: text/plain; name=list.txt
Content-Disposition: attachment; filename=list.txt

one
--b--
)"));
  EXPECT_EQ(out.body(), "あいう\n");
  EXPECT_THAT(out.attachment_names(), ElementsAre("list.txt"));
  expect_fixed_point(out);
}

TEST(Pipeline, AForeignDomainDoesNotBecomeASecondAddress) {
  for (const char* domain : {"evil.example＞，＜boss＠city.lg.jp", "evil.exam\u00A8le", "日本.example＞"}) {
    const Rebuilt out = rebuild("From: a@" + std::string(domain) + "\r\n\r\nhello\r\n");
    const std::string header = out.message.substr(0, out.message.find("\r\n\r\n"));
    EXPECT_THAT(header, Not(HasSubstr("boss@city"))) << domain;
    EXPECT_THAT(header, Not(HasSubstr(","))) << domain;
    expect_fixed_point(out);
  }
}

TEST(Pipeline, NothingInBecomesSomethingValidOut) {
  for (const char* nothing : {"", "\r\n", "\r\n\r\n", "x", "From", "\0"}) {
    const Rebuilt out = rebuild(nothing);
    EXPECT_THAT(out.message, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
    expect_fixed_point(out);
  }
}

// Mail programs decode what stands uuencoded in a text, also in one that we made of an invitation.
TEST(Pipeline, ACalendarCannotPutAUuencodedFileIntoTheBody) {
  const std::string mail = crlf(
      "From: a@example.jp\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/calendar; method=REQUEST\n\n"
      "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nDTSTART:20261121T100000Z\nSUMMARY:x\n"
      "DESCRIPTION:hello\\nbegin 644 run.exe\\n#35H \\n`\\nend\\nbye\nEND:VEVENT\nEND:VCALENDAR\n");
  const auto once = rebuild(mail);
  EXPECT_THAT(once.body(), HasSubstr("\n begin 644 run.exe\n"));
  EXPECT_THAT(once.body(), Not(HasSubstr("\nbegin ")));
  const auto twice = rebuild(once.message);
  EXPECT_EQ(twice.body(), once.body());
  EXPECT_TRUE(twice.held.empty());
}

}  // namespace
}  // namespace mugai::sanitize
