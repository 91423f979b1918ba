#include "tests/smtp/transcript.h"

namespace mugai::smtp::test {
namespace {

TEST(ServerSession, TakesAMessage) {
  Server server;
  server.run({
      "S: 220 gw.example ESMTP Mugai",
      "C: EHLO client.example",
      "S: 250-gw.example",
      "S: 250-PIPELINING",
      "S: 250-SIZE 104857600",
      "S: 250-ENHANCEDSTATUSCODES",
      "S: 250-8BITMIME",
      "S: 250-DSN",
      "S: 250-SMTPUTF8",
      "S: 250 CHUNKING",
      "C: MAIL FROM:<a@example.jp> SIZE=100 BODY=8BITMIME",
      "S: 250 2.1.0 Sender OK",
      "C: RCPT TO:<b@city.example.lg.jp>",
      "S: 250 2.1.5 Recipient OK",
      "C: DATA",
      "S: 354 End data with <CRLF>.<CRLF>",
      "C: Subject: x",
      "C: ",
      "C: ..dot",
      "S! silence",
      "C: .",
      "S: 250 2.6.0 Message accepted",
      "C: QUIT",
      "S: 221 2.0.0 Bye",
      "S! close",
  });
  ASSERT_EQ(server.handler.messages.size(), 1u);
  const Received& received = server.handler.messages[0];
  EXPECT_EQ(received.content, "Subject: x\r\n\r\n.dot\r\n");
  EXPECT_EQ(received.envelope.reverse_path.text, "a@example.jp");
  EXPECT_EQ(received.envelope.declared_size, 100u);
  EXPECT_EQ(received.envelope.body, Body::eight_bit_mime);
  EXPECT_EQ(server.handler.last_client.helo, "client.example");
}

TEST(ServerSession, TakesAPipelinedGroupAndWaitsForTheCommitBeforeTheNextOne) {
  Server server;
  server.handler.commit_later = true;
  server.run({
      "S: 220 ...", "C: HELO c", "S: 250 gw.example",
      "c: MAIL FROM:<>", "c: RCPT TO:<b@x.example>", "C: DATA",
      "S: 250 ...", "S: 250 ...", "S: 354 ...",
      "c: one", "c: .", "c: MAIL FROM:<second@x.example>", "C: NOOP",
      "S! silence", "S! wait",
      "H: commit 250",
      "S: 250 2.6.0 ...", "S: 250 2.1.0 ...", "S: 250 2.0.0 OK", "S! read",
  });
  EXPECT_TRUE(server.session->in_transaction());
}

TEST(ServerSession, SaysWhatTheCommitSaid) {
  Server server;
  server.handler.commit_later = true;
  server.run({"S: 220 ...", "C: EHLO c", "S: 250-...", "S: 250-...", "S: 250-...", "S: 250-...", "S: 250-...",
              "S: 250-...", "S: 250-...", "S: 250 ...", "c: MAIL FROM:<>", "c: RCPT TO:<b@x.example>", "C: DATA",
              "S: 250 ...", "S: 250 ...", "S: 354 ...", "C: .", "S! wait", "H: commit 452", "S: 452 4.3.1 ...", "S! read"});
  EXPECT_EQ(server.session->messages_accepted(), 0u);
}

TEST(ServerSession, RefusesCommandsOutOfOrder) {
  Server server;
  server.run({
      "S: 220 ...",
      "C: MAIL FROM:<a@b.example>", "S: 503 5.5.1 Say EHLO first",
      "C: EHLO", "S: 501 5.5.4 Give your host name",
      "C: HELO old printer", "S: 250 gw.example",
      "C: RCPT TO:<a@b.example>", "S: 503 5.5.1 Say MAIL FROM first",
      "C: DATA", "S: 503 5.5.1 Say MAIL FROM first",
      "C: MAIL FROM:<a@b.example>", "S: 250 2.1.0 Sender OK",
      "C: MAIL FROM:<a@b.example>", "S: 503 5.5.1 A transaction is under way, say RSET first",
      "C: DATA", "S: 503 5.5.1 Say RCPT TO first",
      "C: RCPT TO:<x@refused.example>", "S: 550 5.7.1 No flow allows this",
      "C: DATA", "S: 554 5.5.1 No valid recipients",
      "C: RSET", "S: 250 2.0.0 OK",
      "C: DATA", "S: 503 5.5.1 Say MAIL FROM first",
  });
  EXPECT_EQ(server.session->client().helo, "old");
}

TEST(ServerSession, AnswersTheCarefulWay) {
  Server server;
  server.run({
      "S: 220 ...", "C: HELO c", "S: 250 ...",
      "C: VRFY root", "S: 252 2.5.0 ...",
      "C: EXPN staff", "S: 502 5.5.1 ...",
      "C: HELP", "S: 214 2.0.0 See RFC 5321",
      "C: NOOP with words", "S: 250 2.0.0 OK",
      "C: AUTH PLAIN x", "S: 502 5.5.1 ...",
      "C: XYZZY", "S: 500 5.5.1 Unknown command",
      "C: STARTTLS", "S: 502 5.5.1 STARTTLS is not available",
      "C: QUIT now", "S: 501 5.5.4 This command takes no argument",
      "C: GET / HTTP/1.1", "S: 421 4.7.0 This is not SMTP, closing", "S! close",
  });
}

struct BadArgument {
  const char* command;
  const char* reply;
};

TEST(ServerSession, ChecksAddressesAndParameters) {
  const BadArgument table[] = {
      {"MAIL FROM:", "501 5.1.7 "},
      {"MAIL FROM:a@b.example", "501 5.1.7 "},
      {"MAIL FROM:<a@b.example", "501 5.1.7 "},
      {"MAIL FROM:<a b@b.example>", "501 5.1.7 "},
      {"MAIL FROM:<a@b..example>", "501 5.1.7 "},
      {"MAIL FROM:<a>", "501 5.1.7 "},
      {"MAIL FROM:<a@b.example>SIZE=1", "501 5.1.7 "},
      {"MAIL TO:<a@b.example>", "501 5.5.4 "},
      {"MAIL FROM:<a@b.example> SIZE=x", "501 5.5.4 "},
      {"MAIL FROM:<a@b.example> SIZE=1 SIZE=1", "501 5.5.4 "},
      {"MAIL FROM:<a@b.example> SIZE=99999999999999999999999", "501 5.5.4 "},
      {"MAIL FROM:<a@b.example> SIZE=999999999999", "552 5.3.4 "},
      {"MAIL FROM:<a@b.example> BODY=BINARYMIME", "501 5.5.4 "},
      {"MAIL FROM:<a@b.example> RET=SOME", "501 5.5.4 "},
      {"MAIL FROM:<a@b.example> ENVID=a+ZZ", "501 5.5.4 "},
      {"MAIL FROM:<a@b.example> AUTH=<>", "555 5.5.4 "},
      {"MAIL FROM:<\xe6\x97\xa5@b.example>", "550 5.6.7 "},
      {"MAIL FROM:<\xff@b.example> SMTPUTF8", "501 5.1.7 "},
      {"MAIL FROM:<a@refused.example>", "550 5.7.1 "},
      {"MAIL FROM:<a..b.@docomo.example>", "250 2.1.0 "},
      {"MAIL FROM: <a@b.example>", "250 2.1.0 "},
      {"mail from:<\"a b\\\"c\"@[192.0.2.1]>", "250 2.1.0 "},
      {"MAIL FROM:<@relay.example,@other.example:a@b.example>", "250 2.1.0 "},
      {"MAIL FROM:<\xe6\x97\xa5@\xe6\x9c\xac.example> SMTPUTF8", "250 2.1.0 "},
  };
  for (const BadArgument& row : table) {
    Server server;
    server.run({"S: 220 ...", "C: HELO c", "S: 250 ...", std::string("C: ") + row.command, std::string("S: ") + row.reply + "..."});
  }
}

TEST(ServerSession, ChecksRecipients) {
  const BadArgument table[] = {
      {"RCPT TO:<>", "501 5.1.3 "},
      {"RCPT TO:<user>", "501 5.1.3 "},
      {"RCPT TO:<a@b.example> NOTIFY=NEVER,FAILURE", "501 5.5.4 "},
      {"RCPT TO:<a@b.example> NOTIFY=FAILURE,FAILURE", "501 5.5.4 "},
      {"RCPT TO:<a@b.example> NOTIFY=", "501 5.5.4 "},
      {"RCPT TO:<a@b.example> ORCPT=a@b.example", "501 5.5.4 "},
      {"RCPT TO:<a@b.example> SIZE=1", "555 5.5.4 "},
      {"RCPT TO:<\xe6\x97\xa5@b.example>", "553 5.6.7 "},
      {"RCPT TO:<Postmaster>", "250 2.1.5 "},
      {"RCPT TO:<a@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+40b.example", "250 2.1.5 "},
  };
  for (const BadArgument& row : table) {
    Server server;
    server.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "C: MAIL FROM:<>", "S: 250 ...",
                std::string("C: ") + row.command, std::string("S: ") + row.reply + "..."});
  }
}

TEST(ServerSession, KeepsDsnParameters) {
  Server server;
  server.run({"S: 220 ...", "C: HELO c", "S: 250 ...",
              "C: MAIL FROM:<a@b.example> RET=HDRS ENVID=QQ+2B1", "S: 250 ...",
              "C: RCPT TO:<b@c.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b@c.example", "S: 250 ...",
              "C: DATA", "S: 354 ...", "C: .", "S: 250 ..."});
  const Envelope& envelope = server.handler.messages.at(0).envelope;
  EXPECT_EQ(envelope.ret, Envelope::Return::headers);
  EXPECT_EQ(envelope.envid, "QQ+2B1");
  EXPECT_TRUE(envelope.recipients.at(0).notify.success);
  EXPECT_FALSE(envelope.recipients.at(0).notify.delay);
  EXPECT_EQ(envelope.recipients.at(0).original, "rfc822;b@c.example");
}

TEST(ServerSession, BoundsRecipientsErrorsAndIdleCommands) {
  ServerPolicy policy;
  policy.limits.max_recipients = 1;
  policy.max_errors = 1;
  policy.max_idle_commands = 3;
  Server server(policy);
  server.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "C: MAIL FROM:<>", "S: 250 ...",
              "C: RCPT TO:<a@b.example>", "S: 250 ...",
              "C: RCPT TO:<b@b.example>", "S: 452 4.5.3 ...",
              "C: XYZZY", "S: 500 ...", "C: XYZZY", "S: 500 ...", "S: 421 4.7.0 Too many errors, closing", "S! close"});
  Server idle(policy);
  idle.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "C: NOOP", "S: 250 ...", "C: NOOP", "S: 250 ...", "C: NOOP",
            "S: 421 4.7.0 ...", "S! close"});
}

TEST(ServerSession, BoundsCommandLines) {
  const std::string long_word(600, 'x');
  Server server;
  server.run({"S: 220 ...", "C: NOOP " + long_word, "S: 500 5.5.6 Command line is too long",
              "C! NOOP " + long_word, "C! " + long_word + "\r", "S! silence", "C! \n", "S: 500 5.5.6 ...",
              "C: NOOP", "S: 250 ...",
              "C! NOOP " + std::string(70'000, 'x'), "S: 421 4.7.0 ...", "S! close"});
}

TEST(ServerSession, RefusesWhatIsNotALine) {
  for (const std::string bad : {"NOOP\n", "EHLO c\nMAIL FROM:<a@b.example>\r\n", "NOOP\rNOOP\r\n"}) {
    Server server;
    server.run({"S: 220 ...", "C! " + bad, "S: 500 5.5.2 Lines must end with CRLF, closing", "S! close"});
  }
  Server server;
  server.run({"S: 220 ...", std::string("C! NO\0OP\r\n", 11), "S: 500 5.5.2 NUL in a command", "S! read"});
}

TEST(ServerSession, ForgetsEverythingAtStarttls) {
  ServerPolicy policy;
  policy.offer_starttls = policy.require_tls = true;
  Server server(policy);
  server.run({"S: 220 ...", "C: HELO c", "S: 250 ...", "C: MAIL FROM:<>", "S: 530 5.7.0 Say STARTTLS first",
              "C: STARTTLS", "S: 220 2.0.0 Ready to start TLS", "S! starttls"});
  server.next = server.session->tls_established("TLSv1.3", "TLS_AES_256_GCM_SHA384");
  server.run({"C: MAIL FROM:<>", "S: 503 5.5.1 Say EHLO first", "C: HELO c", "S: 250 ...", "C: MAIL FROM:<>",
              "S: 250 ...", "C: RSET", "S: 250 ...", "C: STARTTLS", "S: 503 5.5.1 TLS is already active"});
  EXPECT_EQ(server.session->client().tls_protocol, "TLSv1.3");
}

TEST(ServerSession, ClosesWhenAnythingFollowsStarttls) {
  ServerPolicy policy;
  policy.offer_starttls = true;
  Server server(policy);
  server.run({"S: 220 ...", "c: STARTTLS", "C: MAIL FROM:<injected@evil.example>", "S: 501 5.5.1 ...", "S! close"});
}

TEST(ServerSession, GreetsARefusedClientWithTheRefusal) {
  Server server;
  server.handler.client_verdict = {554, "5.7.1", "Your network is not served here"};
  server.run({"S: 554 5.7.1 Your network is not served here", "S! close"});
}

}  // namespace
}  // namespace mugai::smtp::test
