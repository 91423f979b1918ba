#include "smtp/dsn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "smtp/content_facts.h"
#include "smtp/replies.h"

namespace mugai::smtp::test {
namespace {

using State = RecipientResult::State;
using testing::HasSubstr;
using testing::Not;

struct Fixture {
  Fixture() {
    envelope.reverse_path.text = "a@example.jp";
    add("b@x.example", State::failed, {550, "5.1.1", "no such\nuser"});
    add("c@x.example", State::deferred, {451, "4.4.1", "Cannot connect"});
    add("d@x.example", State::delivered, {250, "2.0.0", "ok"});
    request.envelope = &envelope;
    request.results = &results;
    request.reporting_mta = "gw.example";
    request.arrival_date = "Fri, 20 Nov 2026 22:00:00 +0900";
    request.date = "Fri, 20 Nov 2026 22:05:00 +0900";
    request.message_id = "abc123@gw.example";
  }
  void add(const char* address, State state, Reply reply) {
    Recipient recipient;
    recipient.forward_path.text = address;
    envelope.recipients.push_back(recipient);
    RecipientResult result;
    result.state = state;
    result.reply = std::move(reply);
    result.remote = "mx.example[192.0.2.1]:25";
    results.push_back(result);
  }
  std::string write(DsnKind kind) {
    request.kind = kind;
    if (request.recipients.empty()) request.recipients = recipients_due(kind, envelope, results);
    const auto dsn = write_dsn(request);
    if (!dsn) return "";
    const ContentFacts facts = examine_content(dsn->content);
    EXPECT_FALSE(facts.eight_bit);
    EXPECT_FALSE(facts.bare_newline);
    for (size_t at = 0, end = 0; (end = dsn->content.find("\r\n", at)) != std::string::npos; at = end + 2)
      EXPECT_LE(end - at, 998u);
    return dsn->content;
  }
  Envelope envelope;
  std::vector<RecipientResult> results;
  DsnRequest request;
};

std::string decode_base64(std::string text) {
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  std::string out(text.size(), '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  out.resize(static_cast<size_t>(std::max(size, 0)));
  return out;
}

TEST(Dsn, ReportsAFailureAsRfc3464Wants) {
  Fixture f;
  f.envelope.envid = "QQ+2B1";
  f.envelope.recipients[0].original = "rfc822;B+2Bx@x.example";
  f.request.untrusted_header =
      "Subject: hello\r\n folded\r\nnot a field\r\n continued\r\n--=_x: y\r\nX-A: b\r\n\r\nbody: no\r\n";
  EXPECT_THAT(f.write(DsnKind::failed), HasSubstr("Reporting-MTA: dns; gw.example\r\n"
                                                  "Original-Envelope-Id: QQ+1\r\n"
                                                  "Arrival-Date: Fri, 20 Nov 2026 22:00:00 +0900\r\n"
                                                  "\r\n"
                                                  "Original-Recipient: rfc822; B+x@x.example\r\n"
                                                  "Final-Recipient: rfc822; b@x.example\r\n"
                                                  "Action: failed\r\n"
                                                  "Status: 5.1.1\r\n"
                                                  "Remote-MTA: dns; mx.example[192.0.2.1]:25\r\n"
                                                  "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
                                                  "Last-Attempt-Date: Fri, 20 Nov 2026 22:05:00 +0900\r\n"
                                                  "\r\n--=_"));
  const std::string content = f.write(DsnKind::failed);
  EXPECT_THAT(
      content,
      HasSubstr("Content-Type: text/rfc822-headers\r\n\r\nSubject: hello\r\n folded\r\nX-A: b\r\n\r\n--=_"));
  EXPECT_THAT(content, HasSubstr("To: <a@example.jp>\r\n"));
  EXPECT_THAT(content, HasSubstr("Auto-Submitted: auto-replied\r\n"));
  EXPECT_THAT(content, Not(HasSubstr("body")));
}

TEST(Dsn, SpeaksJapaneseThenEnglish) {
  Fixture f;
  f.request.postmaster_ja = "情報政策課（内線 1234）";
  f.request.postmaster_en = "Ask IT, extension 1234";
  const std::string content = f.write(DsnKind::failed);
  const size_t begin = content.find("base64\r\n\r\n") + 10;
  const std::string text = decode_base64(content.substr(begin, content.find("\r\n--", begin) - begin));
  const size_t japanese = text.find("配信できませんでした"), english = text.find("could not be delivered");
  ASSERT_NE(english, std::string::npos);
  EXPECT_LT(japanese, english);
  EXPECT_THAT(text, HasSubstr("<b@x.example>\r\n    550 5.1.1 no such user\r\n"));
  EXPECT_THAT(text, HasSubstr("内線 1234"));
  EXPECT_THAT(text, HasSubstr("extension 1234"));
  EXPECT_THAT(text, Not(HasSubstr("c@x.example")));
}

TEST(Dsn, TellsDelaysAndSuccess) {
  Fixture f;
  f.request.will_retry_until = "Wed, 25 Nov 2026 22:00:00 +0900";
  const std::string delayed = f.write(DsnKind::delayed);
  EXPECT_THAT(delayed, HasSubstr("Action: delayed\r\nStatus: 4.4.1\r\n"));
  EXPECT_THAT(delayed, HasSubstr("Will-Retry-Until: Wed, 25 Nov 2026 22:00:00 +0900\r\n"));
  Fixture g;
  g.envelope.recipients[2].notify.success = true;
  EXPECT_THAT(g.write(DsnKind::relayed), HasSubstr("Action: relayed\r\nStatus: 2.0.0\r\n"));
}

TEST(Dsn, CallsAnExpiredDeliveryPermanent) {
  Fixture f;
  f.results[1].state = State::failed;
  EXPECT_THAT(f.write(DsnKind::failed),
              HasSubstr("Final-Recipient: rfc822; c@x.example\r\nAction: failed\r\nStatus: 5.4.7\r\n"));
}

TEST(Dsn, NeverAnswersTheNullReversePath) {
  Fixture f;
  f.envelope.reverse_path.text.clear();
  EXPECT_EQ(f.write(DsnKind::failed), "");
}

TEST(Dsn, GoesToTheSenderFromNobody) {
  Fixture f;
  f.request.recipients = {0};
  const auto dsn = write_dsn(f.request);
  ASSERT_TRUE(dsn);
  EXPECT_TRUE(dsn->envelope.reverse_path.empty());
  EXPECT_EQ(dsn->envelope.recipients.at(0).forward_path.text, "a@example.jp");
}

struct NotifyRow {
  const char* what;
  Notify notify;
  bool failed, delayed, relayed;
};

TEST(Dsn, HonoursNotify) {
  const NotifyRow table[] = {
      {"nothing", {}, true, true, false},
      {"never", {.never = true}, false, false, false},
      {"success", {.never = false, .success = true}, false, false, true},
      {"failure", {.never = false, .success = false, .failure = true}, true, false, false},
      {"delay", {.never = false, .success = false, .failure = false, .delay = true}, false, true, false},
  };
  for (const NotifyRow& row : table) {
    SCOPED_TRACE(row.what);
    Fixture f;
    for (Recipient& recipient : f.envelope.recipients) recipient.notify = row.notify;
    EXPECT_EQ(recipients_due(DsnKind::failed, f.envelope, f.results),
              row.failed ? std::vector<size_t>{0} : std::vector<size_t>{});
    EXPECT_EQ(recipients_due(DsnKind::delayed, f.envelope, f.results),
              row.delayed ? std::vector<size_t>{1} : std::vector<size_t>{});
    EXPECT_EQ(recipients_due(DsnKind::relayed, f.envelope, f.results),
              row.relayed ? std::vector<size_t>{2} : std::vector<size_t>{});
    f.results[2].dsn_passed_on = true;
    EXPECT_TRUE(recipients_due(DsnKind::relayed, f.envelope, f.results).empty());
  }
}

TEST(Dsn, StaysAsciiWhateverTheOriginalHas) {
  Fixture f;
  f.envelope.reverse_path.text = "\xe6\x97\xa5@example.jp";
  f.envelope.recipients[0].forward_path.text = "\xe6\x9c\xac@x.example";
  f.envelope.recipients[0].original = "utf-8;\xe6\x9c\xac@x.example";
  f.results[0].reply.text = "\xe3\x81\xaa\xe3\x81\x97 " + std::string(5000, 'x');
  f.request.untrusted_header =
      "Subject: \xe6\x97\xa5\r\nX-Raw: \x93\xfa\r\nX-NUL: a\x01"
      "b\r\n";
  const std::string content = f.write(DsnKind::failed);
  EXPECT_THAT(content, HasSubstr("Final-Recipient: utf-8; \\x{672C}@x.example\r\n"));
  EXPECT_THAT(content, HasSubstr("Original-Recipient: utf-8; \\x{672C}@x.example\r\n"));
  EXPECT_THAT(content, HasSubstr("To: =?UTF-8?B?5pelQGV4YW1wbGUuanA=?= :;\r\n"));
  const std::string part = "message/global-headers\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  const size_t begin = content.find(part) + part.size();
  EXPECT_THAT(decode_base64(content.substr(begin, content.find("\r\n\r\n", begin) - begin)),
              testing::StartsWith("Subject: \xe6\x97\xa5\r\nX-Raw: ??\r\nX-NUL: a b\r\n"));
}

}  // namespace
}  // namespace mugai::smtp::test
