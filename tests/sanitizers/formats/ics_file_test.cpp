#include <gmock/gmock.h>

#include "sanitizers/mime/transfer.h"
#include "tests/support/lone_format.h"
#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string calendar(const std::string& lines) {
  return crlf("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//X//Y\n" + lines + "END:VCALENDAR\n");
}
std::string event(const std::string& lines) {
  return calendar("BEGIN:VEVENT\n" + lines + "END:VEVENT\n");
}

const std::string kInvitation = calendar(
    "METHOD:REQUEST\n"
    "BEGIN:VTIMEZONE\nTZID:Tokyo Standard "
    "Time\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0900\nTZOFFSETTO:+0900\n"
    "END:STANDARD\nEND:VTIMEZONE\n"
    "BEGIN:VEVENT\nUID:1@example.jp\nDTSTAMP:20261120T010000Z\nSUMMARY;LANGUAGE=ja:定例会議\\, 第1回\n"
    "DTSTART;TZID=Tokyo Standard Time:20261125T100000\nDTEND;TZID=Tokyo Standard "
    "Time:20261125T110000\nLOCATION:第1会議室\n"
    "ORGANIZER;CN=山田:mailto:yamada@example.jp\nATTENDEE;CN=鈴木;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:suzuki@"
    "example.jp\n"
    "ATTENDEE:mailto:sato@example.jp\nDESCRIPTION:資料持参\\n以上\n"
    "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nDESCRIPTION:まもなく\nEND:VALARM\nEND:VEVENT\n");

TEST(IcsFile, KeepsAnInvitation) {
  const LoneResult result = treat_alone(kInvitation, "ics");
  ASSERT_TRUE(result.left());
  EXPECT_EQ(result.outcome.kind, sanitize::Outcome::Kind::clean);
  EXPECT_EQ(result.outcome.parameters, "; method=REQUEST");
  for (const char* line :
       {"METHOD:REQUEST\r\n", "SUMMARY;LANGUAGE=ja:定例会議\\, 第1回\r\n", "LOCATION:第1会議室\r\n",
        "DTSTART;TZID=\"Tokyo Standard Time\":20261125T100000\r\n", "TZOFFSETTO:+0900\r\n",
        "ORGANIZER;CN=山田:mailto:yamada@example.jp\r\n", "DESCRIPTION:資料持参\\n以上\r\n",
        "ACTION:DISPLAY\r\nTRIGGER:-PT15M\r\n", "UID:1@example.jp\r\n"})
    EXPECT_THAT(result.bytes, HasSubstr(line));
  EXPECT_THAT(result.bytes, Not(HasSubstr("//X//Y")));
}

TEST(IcsFile, SaysInTheMailWhatIsPlanned) {
  const std::string summary = treat_alone(kInvitation, "ics").outcome.summary;
  for (const char* words :
       {"招待 / Invitation", "件名 / Subject: 定例会議, 第1回\n",
        "開始 / Start: 2026-11-25 (水) 10:00 [Tokyo Standard Time]\n", "場所 / Place: 第1会議室\n",
        "主催者 / Organizer: 山田 <yamada@example.jp>\n", "出席者 / Attendees: 2\n", "資料持参\n以上\n"})
    EXPECT_THAT(summary, HasSubstr(words));
  EXPECT_THAT(treat_alone(event("SUMMARY:x\nDTSTART:20261231T200000Z\n"), "ics").outcome.summary,
              HasSubstr("2027-01-01 (金) 05:00 日本時間 [2026-12-31 (木) 20:00 UTC]"));
}

TEST(IcsFile, TreatedAgainGivesTheSameBytes) {
  const LoneResult once = treat_alone(kInvitation, "ics");
  const LoneResult twice = treat_alone(once.bytes, "ics");
  EXPECT_EQ(twice.bytes, once.bytes);
  EXPECT_EQ(twice.outcome.kind, sanitize::Outcome::Kind::clean);
}

struct Bad {
  const char* line;
  const char* what;  // Removed::what
  const char* gone;  // words that must not be in the output
};

TEST(IcsFile, TakesOutWhatActs) {
  const Bad cases[] = {
      {"ATTACH;FMTTYPE=application/octet-stream;ENCODING=BASE64;VALUE=BINARY:TVqQ", "calendar-attachment", "TVqQ"},
      {"ATTACH:file:///c:/windows/system32/calc.exe", "calendar-attachment", "calc"},
      {"X-ALT-DESC;FMTTYPE=text/html:<html><script>x</script>", "html-form-dropped", "script"},
      {"URL:file://evil.example/share", "calendar-property", "evil"},
      {"URL:javascript:alert(1)", "calendar-property", "javascript"},
      {"URL:ms-msdt:/id", "calendar-property", "msdt"},
      {"X-GOOGLE-CALENDAR-CONTENT-URL:http://evil.example", "calendar-property", "evil"},
      {"ATTENDEE;ALTREP=\"http://evil.example\":mailto:a@b.example", nullptr, "evil"},
      {"SUMMARY;ALTREP=\"cid:evil\":x", nullptr, "evil"},
      {"ORGANIZER;DIR=\"ldap://evil.example\":mailto:a@b.example", nullptr, "evil"},
      {"ATTENDEE:http://evil.example/x", nullptr, "evil"},
      {"ATTENDEE:mailto:suzuki@<example.jp", nullptr, "mailto:"},
      {"DESCRIPTION:see http://evil.example/x", "url-defanged", "http://evil"},
      {"RRULE:FREQ=DAILY;X=\"http://evil.example\"", "calendar-property", "evil"},
      {"DTSTART:20261125T100000 http://evil.example", "calendar-property", "evil"},
      {"no colon here evil", "calendar-property", "evil"},
  };
  for (const Bad& bad : cases) {
    const LoneResult result = treat_alone(event(std::string("UID:1\n") + bad.line + "\n"), "ics");
    ASSERT_TRUE(result.left()) << bad.line;
    EXPECT_THAT(result.bytes, Not(HasSubstr(bad.gone))) << bad.line;
    if (bad.what) {
      EXPECT_EQ(result.removed(bad.what), 1u) << bad.line;
    }
    EXPECT_THAT(result.bytes, HasSubstr("UID:1\r\n"));
    EXPECT_EQ(treat_alone(result.bytes, "ics").bytes, result.bytes) << bad.line;
  }
}

TEST(IcsFile, AlarmsOnlyShow) {
  for (const char* action : {"PROCEDURE", "EMAIL", "AUDIO", "X-RUN", ""}) {
    const std::string alarm =
        std::string("BEGIN:VALARM\nTRIGGER:-PT1M\nACTION:") + action + "\nATTACH:ftp://x/evil\nEND:VALARM\n";
    const LoneResult result = treat_alone(event("UID:1\n" + alarm), "ics");
    EXPECT_THAT(result.bytes, Not(HasSubstr("VALARM"))) << action;
    EXPECT_GE(result.removed("calendar-alarm"), 1u) << action;
  }
}

TEST(IcsFile, ALinkIsSaidButLeadsNowhere) {
  const std::string meeting = event("UID:1\nURL:https://zoom.example/j/1?pwd=x\n");
  EXPECT_THAT(treat_alone(meeting, "ics").bytes, HasSubstr("COMMENT:hxxps://zoom[.]example/j/1?pwd=x\r\n"));
  Profile keep;
  keep.urls = UrlPolicy::keep;
  EXPECT_THAT(treat_alone(meeting, "ics", keep).bytes, HasSubstr("URL:https://zoom.example/j/1?pwd=x\r\n"));
}

TEST(IcsFile, ReadsVCalendarOfOldPhones) {
  const std::string old = crlf(
      "BEGIN:VCALENDAR\nVERSION:1.0\nBEGIN:VEVENT\nSUMMARY;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=92=E8=97=E1="
      "89=\n"
      "=EF=8Bc\nDESCRIPTION;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E8=B3=87=E6=96=99=0D=0Ab\nDTSTART:"
      "20261125T100000\n"
      "DALARM:20261125T095500;;1;beep\nEND:VEVENT\nEND:VCALENDAR\n");
  const LoneResult result = treat_alone(old, "ics");
  ASSERT_TRUE(result.left());
  EXPECT_THAT(result.bytes, HasSubstr("VERSION:2.0\r\n"));
  EXPECT_THAT(result.bytes, HasSubstr("SUMMARY:定例会議\r\n"));
  EXPECT_THAT(result.bytes, HasSubstr("DESCRIPTION:資料\\nb\r\n"));
  EXPECT_EQ(result.removed("calendar-alarm"), 1u);
}

TEST(IcsFile, ReadsJapaneseInItsOldCharsets) {
  const std::string sjis = event("SUMMARY:\x92\xe8\x97\xe1\x89\xef\x8b\x63\x83\x5c\n");
  EXPECT_THAT(treat_alone(sjis, "ics", {}, "shift_jis").bytes, HasSubstr("SUMMARY:定例会議ソ\r\n"));
  EXPECT_THAT(treat_alone(sjis, "ics").bytes, HasSubstr("SUMMARY:定例会議ソ\r\n"));
  const std::string jis = event("SUMMARY:\x1b$BDjNc2q5D\x1b(B\n");
  EXPECT_THAT(treat_alone(jis, "ics").bytes, HasSubstr("SUMMARY:定例会"));
}

TEST(IcsFile, FoldsBetweenCharacters) {
  std::string title;
  for (int i = 0; i < 100; ++i) title += "あ";
  const std::string bytes = treat_alone(event("SUMMARY:" + title + "\n"), "ics").bytes;
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = bytes.find("\r\n", at);
    EXPECT_LE(end - at, 75u);
    EXPECT_NE(static_cast<unsigned char>(bytes[at + (bytes[at] == ' ')]) & 0xC0, 0x80);
    at = end + 2;
  }
}

TEST(IcsFile, HoldsWhatIsCutOrCrossed) {
  const std::string whole = kInvitation;
  for (const std::string& bad :
       {whole.substr(0, whole.size() / 2), std::string("BEGIN:VCALENDAR\r\n"), std::string("x"),
        crlf("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT\n")}) {
    const LoneResult result = treat_alone(bad, "ics");
    EXPECT_THAT(result.outcome.reasons, ElementsAre("damaged-calendar"));
  }
}

TEST(IcsFile, AValueCannotMakeALine) {
  const LoneResult result = treat_alone(event("SUMMARY:x\\nATTACH:evil\nDESCRIPTION;ENCODING=QUOTED-PRINTABLE:x=0D="
                                              "0AATTACH:evil\nLOCATION;CN=\"a\rATTACH:b\":c\n"),
                                        "ics");
  EXPECT_THAT(result.bytes, Not(HasSubstr("\nATTACH")));
}

// Google and Outlook put the invitation beside the texts.
std::string invitation_mail() {
  StringSink base64;
  sanitize::Base64Encoder encoder;
  EXPECT_TRUE(encoder.encode(kInvitation, base64) && encoder.finish(base64));
  return crlf(
             "From: a@example.jp\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n"
             "--x\nContent-Type: text/plain; charset=utf-8\n\nご案内\n--x\n"
             "Content-Type: text/calendar; charset=utf-8; method=REQUEST\nContent-Transfer-Encoding: base64\n\n") +
         base64.text + "\r\n--x--\r\n";
}

TEST(IcsFile, AnInvitationIsReadInTheMailAndAttached) {
  const Rebuilt mail = rebuild(invitation_mail());
  EXPECT_THAT(mail.attachment_names(), ElementsAre("invite.ics"));
  EXPECT_THAT(mail.message, HasSubstr("Content-Type: text/calendar; charset=utf-8; method=REQUEST"));
  EXPECT_THAT(mail.body(), HasSubstr("ご案内"));
  EXPECT_THAT(mail.body(), HasSubstr("場所 / Place: 第1会議室"));
  EXPECT_EQ(mail.report.verdict, sanitize::Verdict::clean) << sanitize::to_json(mail.report, 1);
  EXPECT_THAT(mail.held, IsEmpty());
}

TEST(IcsFile, TheMailWithItStaysAsItIs) {
  const std::string once = rebuild(invitation_mail()).message, twice = rebuild(once).message;
  EXPECT_EQ(twice.substr(twice.find("From:")), once.substr(once.find("From:")));
}

}  // namespace
}  // namespace mugai::test
