// The client session as transcripts: here "S:" is what the next hop says and "C:" what the session must send.
//   "s: text"     the next hop's line, together with the next one     "S: text"   the next hop's (last) line
//   "C: text"     the session's next line, "..." at the end: any rest  "N: idle"  what it wants next
#include "smtp/client_session.h"

#include <gtest/gtest.h>

#include "smtp/replies.h"

namespace mugai::smtp::test {
namespace {

using State = RecipientResult::State;

Envelope envelope_to(std::initializer_list<const char*> recipients) {
  Envelope envelope;
  envelope.reverse_path.text = "a@example.jp";
  for (const char* address : recipients) {
    Recipient recipient;
    recipient.forward_path.text = address;
    envelope.recipients.push_back(recipient);
  }
  return envelope;
}

struct Conversation {
  explicit Conversation(ClientSession::Options options = {}) : session(with_names(std::move(options))) {}

  static ClientSession::Options with_names(ClientSession::Options options) {
    options.hello = "gw.example";
    options.remote = "mx.example";
    return options;
  }

  void begin(const Envelope& to, std::string_view content) {
    envelope = to;
    message = content;
    next = session.begin(envelope, message);
  }

  void run(std::initializer_list<std::string> script) {
    std::string group;
    for (const std::string& line : script) {
      SCOPED_TRACE("at: " + line);
      const std::string kind = line.substr(0, 2), rest = line.size() > 3 ? line.substr(3) : "";
      if (kind == "s:" || kind == "S:") {
        pull();
        EXPECT_EQ(said, "") << "the session said more than the transcript";
        group += rest + "\r\n";
        if (kind == "s:") continue;
        next = session.receive(group);
        group.clear();
      } else if (kind == "C:") {
        pull();
        const size_t end = said.find("\r\n");
        ASSERT_NE(end, std::string::npos) << "nothing more was said";
        const std::string got = said.substr(0, end);
        said.erase(0, end + 2);
        if (rest.size() >= 3 && rest.substr(rest.size() - 3) == "...")
          ASSERT_EQ(got.substr(0, rest.size() - 3) + "...", rest);
        else
          ASSERT_EQ(got, rest);
      } else if (kind == "N:") {
        using Next = ClientSession::Next;
        ASSERT_EQ(next, rest == "idle" ? Next::idle : rest == "close" ? Next::close : rest == "starttls" ? Next::start_tls : Next::read);
      }
    }
    pull();
    EXPECT_EQ(said, "") << "the session said more than the transcript";
  }

  void pull() {
    for (std::string more = session.take_output(); !more.empty(); more = session.take_output()) said += more;
  }

  std::vector<RecipientResult> results() { return session.take_results(); }

  Envelope envelope;
  std::string message;
  ClientSession session;
  ClientSession::Next next{};
  std::string said;
};

// Up to the point where MAIL was sent, without and with extensions.
void say_hello_plainly(Conversation& c) {
  c.run({"S: 220 mx.example", "C: EHLO gw.example", "S: 500 what?", "C: HELO gw.example"});
}

TEST(ClientSession, DeliversStepByStepWithoutExtensions) {
  Conversation c;
  c.begin(envelope_to({"b@x.example", "c@x.example"}), "Subject: x\r\n\r\n.dot\r\n..\r\nlast");
  say_hello_plainly(c);
  c.run({"S: 250 mx.example", "C: MAIL FROM:<a@example.jp>", "S: 250 ok", "C: RCPT TO:<b@x.example>", "S: 550 5.1.1 no such user",
         "C: RCPT TO:<c@x.example>", "S: 250 ok", "C: DATA", "S: 354 go", "C: Subject: x", "C: ", "C: ..dot", "C: ...", "C: last",
         "C: .", "S: 250 2.0.0 queued as 42", "N: idle"});
  const auto results = c.results();
  EXPECT_EQ(results[0].state, State::failed);
  EXPECT_EQ(results[0].reply.enhanced, "5.1.1");
  EXPECT_EQ(results[0].reply.text, "no such user");
  EXPECT_EQ(results[0].remote, "mx.example");
  EXPECT_EQ(results[1].state, State::delivered);
  EXPECT_EQ(to_line(results[1].reply), "250 2.0.0 queued as 42");
}

TEST(ClientSession, PipelinesAndUsesTheConnectionAgain) {
  Conversation c;
  Envelope envelope = envelope_to({"b@x.example"});
  envelope.ret = Envelope::Return::headers;
  envelope.envid = "QQ1";
  envelope.recipients[0].notify.success = true;
  envelope.recipients[0].original = "rfc822;b@x.example";
  c.begin(envelope, "x\r\n\xe3\x81\x82\r\n");
  c.run({"S: 220 mx.example", "C: EHLO gw.example",
         "s: 250-mx.example", "s: 250-PIPELINING", "s: 250-SIZE 1000", "s: 250-8BITMIME", "s: 250-dsn", "S: 250 SMTPUTF8",
         "C: MAIL FROM:<a@example.jp> SIZE=8 BODY=8BITMIME RET=HDRS ENVID=QQ1",
         "C: RCPT TO:<b@x.example> NOTIFY=SUCCESS ORCPT=rfc822;b@x.example", "C: DATA",
         "s: 250 ok", "s: 250 ok", "S: 354 go", "C: x", "C: \xe3\x81\x82", "C: .", "S: 250 2.0.0 done", "N: idle"});
  EXPECT_TRUE(c.results()[0].dsn_passed_on);
  c.begin(envelope_to({"c@x.example"}), "y\r\n");
  c.run({"C: MAIL FROM:<a@example.jp> SIZE=3", "C: RCPT TO:<c@x.example>", "C: DATA",
         "s: 250 ok", "s: 450 later", "S: 554 no valid recipients", "C: RSET", "S: 250 ok", "N: idle"});
  EXPECT_EQ(c.results()[0].state, State::deferred);
  c.session.quit();
  c.run({"C: QUIT", "S: 221 bye", "N: close"});
}

TEST(ClientSession, SendsAnEmptyMessageWhenDataIsAcceptedForNobody) {
  Conversation c;
  c.begin(envelope_to({"b@x.example"}), "secret\r\n");
  c.run({"S: 220 x", "C: EHLO gw.example", "s: 250-x", "S: 250 PIPELINING", "C: MAIL ...", "C: RCPT ...", "C: DATA",
         "s: 250 ok", "s: 550 no", "S: 354 go", "C: .", "S: 554 nothing", "N: idle"});
  EXPECT_EQ(c.results()[0].state, State::failed);
}

TEST(ClientSession, KeepsOneReplyPerRecipientOverLmtp) {
  ClientSession::Options options;
  options.lmtp = true;
  Conversation c(options);
  c.begin(envelope_to({"a@x.example", "b@x.example", "c@x.example"}), "x\r\n");
  c.run({"S: 220 x", "C: LHLO gw.example", "s: 250-x", "S: 250 PIPELINING", "C: MAIL ...", "C: RCPT ...", "C: RCPT ...",
         "C: RCPT ...", "C: DATA", "s: 250 ok", "s: 250 ok", "s: 550 5.1.1 unknown", "s: 250 ok", "S: 354 go", "C: x", "C: .",
         "s: 250 2.1.5 stored", "S: 452 4.2.2 mailbox full", "N: idle"});
  const auto results = c.results();
  EXPECT_EQ(results[0].state, State::delivered);
  EXPECT_EQ(results[1].state, State::failed);
  EXPECT_EQ(results[2].state, State::deferred);
  EXPECT_EQ(results[2].reply.enhanced, "4.2.2");
}

struct TroubleRow {
  const char* what;
  std::vector<std::string> replies;  // one by one, from the greeting on; "" loses the connection
  State state;
  int code;
};

TEST(ClientSession, NeverFailsForWhatIsNotAboutTheMessage) {
  const TroubleRow table[] = {
      {"greeting refused", {"554 go away"}, State::deferred, 554},
      {"greeting busy", {"421 busy"}, State::deferred, 421},
      {"not SMTP", {"SSH-2.0-OpenSSH"}, State::deferred, 451},
      {"greeting of a wrong kind", {"250 hello"}, State::deferred, 451},
      {"HELO refused", {"220 x", "500 what", "504 who"}, State::deferred, 504},
      {"lost at once", {""}, State::deferred, 451},
      {"lost before the final reply", {"220 x", "250 x", "250 ok", "250 ok", "354 go", ""}, State::deferred, 451},
      {"421 to the message", {"220 x", "250 x", "250 ok", "250 ok", "354 go", "421 down"}, State::deferred, 421},
      {"354 to the message", {"220 x", "250 x", "250 ok", "250 ok", "354 go", "354 go on"}, State::deferred, 451},
      {"250 to DATA", {"220 x", "250 x", "250 ok", "250 ok", "250 ok", "250 ok"}, State::deferred, 451},
      {"354 to MAIL", {"220 x", "250 x", "354 ok", "250 ok"}, State::deferred, 451},
      {"two codes in a reply", {"220 x", "250-x\r\n251 y"}, State::deferred, 451},
      {"a reply without end", {"220 x", std::string(20'000, 'x')}, State::deferred, 451},
      {"too many lines", {"220-a\r\n" + std::string(3, 'x')}, State::deferred, 451},
      {"MAIL refused", {"220 x", "250 x", "550 5.7.1 not you", "250 ok"}, State::failed, 550},
      {"DATA refused", {"220 x", "250 x", "250 ok", "250 ok", "554 no", "250 ok"}, State::failed, 554},
      {"message refused", {"220 x", "250 x", "250 ok", "250 ok", "354 go", "552 5.3.4 big"}, State::failed, 552},
      {"message deferred", {"220 x", "250 x", "250 ok", "250 ok", "354 go", "451 4.3.0 later"}, State::deferred, 451},
  };
  for (const TroubleRow& row : table) {
    SCOPED_TRACE(row.what);
    Conversation c;
    c.begin(envelope_to({"b@x.example"}), "x\r\n");
    for (const std::string& reply : row.replies) {
      c.pull();
      c.next = reply.empty() ? c.session.lost(replies::kConnectionLost) : c.session.receive(reply + "\r\n");
    }
    EXPECT_NE(c.next, ClientSession::Next::read);
    const auto results = c.results();
    ASSERT_EQ(results.size(), 1u);
    EXPECT_EQ(results[0].state, row.state);
    EXPECT_EQ(results[0].reply.code, row.code) << results[0].reply.text;
  }
}

TEST(ClientSession, SaysThatAMessageMayArriveTwice) {
  Conversation c;
  c.begin(envelope_to({"b@x.example"}), "x\r\n");
  for (const char* reply : {"220 x", "250 x", "250 ok", "250 ok", "354 go"}) {
    c.pull();
    c.session.receive(std::string(reply) + "\r\n");
  }
  c.pull();
  c.session.lost(replies::kConnectionLost);
  EXPECT_NE(c.results()[0].reply.text.find("twice"), std::string::npos);
}

struct RefusalRow {
  const char* what;
  const char* sender;
  const char* message;
  const char* enhanced;
};

TEST(ClientSession, RefusesLocallyWhatItCannotSendHonestly) {
  const RefusalRow table[] = {
      {"8-bit content", "a@b.example", "x\r\n\r\n\xe3\x81\x82\r\n", "5.6.3"},
      {"UTF-8 address", "\xe3\x81\x82@b.example", "x\r\n", "5.6.7"},
      {"bare LF", "a@b.example", "x\ny\r\n", "5.6.11"},
      {"bare CR", "a@b.example", "x\ry\r\n", "5.6.11"},
      {"CR at the end", "a@b.example", "x\r", "5.6.11"},
      {"too big", "a@b.example", "0123456789\r\n", "5.3.4"},
      {"line end in an address", "a@b.example>\r\nRCPT TO:<c@d.example", "x\r\n", "5.1.7"},
  };
  for (const RefusalRow& row : table) {
    SCOPED_TRACE(row.what);
    Conversation c;
    Envelope envelope = envelope_to({"b@x.example"});
    envelope.reverse_path.text = row.sender;
    c.begin(envelope, row.message);
    c.run({"S: 220 x", "C: EHLO gw.example", "s: 250-x", "S: 250 SIZE 11", "N: idle"});
    const auto results = c.results();
    EXPECT_EQ(results[0].state, State::failed);
    EXPECT_EQ(results[0].reply.enhanced, row.enhanced);
  }
}

TEST(ClientSession, FollowsItsTlsPolicy) {
  ClientSession::Options options;
  options.tls = TlsPolicy::required;
  Conversation none(options);
  none.begin(envelope_to({"b@x.example"}), "x\r\n");
  none.run({"S: 220 x", "C: EHLO gw.example", "S: 250 x", "N: close"});
  EXPECT_EQ(none.results()[0].reply.enhanced, "4.7.4");

  Conversation offered(options);
  offered.begin(envelope_to({"b@x.example"}), "x\r\n");
  offered.run({"S: 220 x", "C: EHLO gw.example", "s: 250-x", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go", "N: starttls"});
  offered.next = offered.session.tls_established();
  offered.run({"C: EHLO gw.example", "s: 250-x", "S: 250 STARTTLS", "C: MAIL ..."});

  Conversation injected(options);
  injected.begin(envelope_to({"b@x.example"}), "x\r\n");
  injected.run({"S: 220 x", "C: EHLO gw.example", "s: 250-x", "S: 250 STARTTLS", "C: STARTTLS", "s: 220 go", "S: 250 injected", "N: close"});
  EXPECT_EQ(injected.results()[0].state, State::deferred);

  Conversation opportunistic;
  opportunistic.begin(envelope_to({"b@x.example"}), "x\r\n");
  opportunistic.run({"S: 220 x", "C: EHLO gw.example", "s: 250-x", "S: 250 STARTTLS", "C: STARTTLS", "S: 454 not now", "C: MAIL ..."});
}

TEST(ClientSession, StopsAtAnAnswerBeforeTheEndOfTheMessage) {
  Conversation c;
  c.begin(envelope_to({"b@x.example"}), "x\r\n");
  say_hello_plainly(c);
  c.run({"S: 250 x", "C: MAIL ...", "S: 250 ok", "C: RCPT ...", "S: 250 ok", "C: DATA", "s: 354 go", "S: 250 accepted already", "N: close"});
  EXPECT_EQ(c.results()[0].state, State::deferred);
}

}  // namespace
}  // namespace mugai::smtp::test
