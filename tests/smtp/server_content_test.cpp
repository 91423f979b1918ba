// Everything between DATA or BDAT and the final reply.
#include "tests/smtp/transcript.h"

namespace mugai::smtp::test {
namespace {

struct Transaction : Server {
  explicit Transaction(ServerPolicy policy = {}, std::string address = "192.0.2.1")
      : Server(std::move(policy), std::move(address)) {
    run({"S: 220 ...", "C: HELO c", "S: 250 ...", "C: MAIL FROM:<>", "S: 250 ...", "C: RCPT TO:<a@b.example>", "S: 250 ..."});
  }
};

// What is on the wire after DATA, and the content if it is accepted.
struct WireRow {
  const char* what;
  std::string wire;
  std::string content;
};

const WireRow kGood[] = {
    {"empty message", ".\r\n", ""},
    {"one line", "a\r\n.\r\n", "a\r\n"},
    {"dot-stuffed dot", "..\r\n.\r\n", ".\r\n"},
    {"dot inside a line", "a.b\r\n.c\r\n.\r\n", "a.b\r\nc\r\n"},
    {"stuffed dots", "...\r\n..x\r\n.\r\n", "..\r\n.x\r\n"},
    {"empty lines", "\r\n\r\n.\r\n", "\r\n\r\n"},
    {"NUL and 8-bit", std::string("a\0\xff\r\n.\r\n", 8), std::string("a\0\xff\r\n", 5)},
};

// Each of these ends a message for some server somewhere. Here it is content, and the message is refused.
const WireRow kBare[] = {
    {"LF.LF", "a\n.\nb\r\n.\r\n", "a\r\n.\r\nb\r\n"},
    {"LF.CRLF", "a\n.\r\nb\r\n.\r\n", "a\r\n.\r\nb\r\n"},
    {"CRLF.LF", "a\r\n.\nb\r\n.\r\n", "a\r\n\r\nb\r\n"},
    {"CR.CR", "a\r.\rb\r\n.\r\n", "a\r\n.\r\nb\r\n"},
    {"CR.CRLF", "a\r.\r\nb\r\n.\r\n", "a\r\n.\r\nb\r\n"},
    {"CRLF.CR", "a\r\n.\rb\r\n.\r\n", "a\r\n\r\nb\r\n"},
    {"CRLF.CRCRLF", "a\r\n.\r\r\nb\r\n.\r\n", "a\r\n\r\n\r\nb\r\n"},
    {"CRCRLF.CRLF", "a\r\r\n.\r\n", "a\r\n\r\n"},
    {"LFCR.LFCR", "a\n\r.\n\rb\r\n.\r\n", "a\r\n\r\n.\r\n\r\nb\r\n"},
    {"only LF", "a\nb\n\r\n.\r\n", "a\r\nb\r\n\r\n"},
};

TEST(ServerContent, EndsAtCrlfDotCrlfInAnyChunking) {
  for (const WireRow& row : kGood) {
    for (size_t chunk = 1; chunk <= row.wire.size(); ++chunk) {
      SCOPED_TRACE(std::string(row.what) + " in chunks of " + std::to_string(chunk));
      Transaction t;
      t.run({"C: DATA", "S: 354 ..."});
      for (size_t i = 0; i < row.wire.size(); i += chunk) {
        EXPECT_TRUE(t.handler.messages.empty());
        t.session->receive(row.wire.substr(i, chunk));
      }
      t.run({"S: 250 2.6.0 ..."});
      EXPECT_EQ(t.handler.messages.at(0).content, row.content);
    }
  }
}

TEST(ServerContent, RefusesBareNewlinesAfterTheRealEnd) {
  for (const WireRow& row : kBare) {
    for (size_t chunk = 1; chunk <= row.wire.size(); ++chunk) {
      SCOPED_TRACE(std::string(row.what) + " in chunks of " + std::to_string(chunk));
      Transaction t;
      t.run({"C: DATA", "S: 354 ..."});
      for (size_t i = 0; i < row.wire.size(); i += chunk) t.session->receive(row.wire.substr(i, chunk));
      t.run({"S: 550 5.6.11 ...", "C: NOOP", "S: 250 ..."});
      EXPECT_TRUE(t.handler.messages.empty());
      EXPECT_EQ(t.handler.discarded, 1);
      EXPECT_EQ(t.handler.refusals.size(), 1u);
    }
  }
}

TEST(ServerContent, NormalisesBareNewlinesForOldInternalSenders) {
  ServerPolicy policy;
  policy.normalise_clients = {*Network::parse("10.1.0.0/16")};
  for (const WireRow& row : kBare) {
    for (size_t chunk = 1; chunk <= row.wire.size(); ++chunk) {
      SCOPED_TRACE(std::string(row.what) + " in chunks of " + std::to_string(chunk));
      Transaction t(policy, "10.1.2.3");
      t.run({"C: DATA", "S: 354 ..."});
      for (size_t i = 0; i < row.wire.size(); i += chunk) t.session->receive(row.wire.substr(i, chunk));
      t.run({"S: 250 2.6.0 ...", "C: NOOP", "S: 250 ..."});
      EXPECT_EQ(t.handler.messages.at(0).content, row.content);
    }
  }
}

TEST(ServerContent, RefusesAMessageOverTheSizeAfterItsEnd) {
  ServerPolicy policy;
  policy.limits.max_message_bytes = 10;
  Transaction t(policy);
  t.run({"C: DATA", "S: 354 ...", "C: 123456789", "C: more", "S! silence", "C: .", "S: 552 5.3.4 ...", "C: NOOP", "S: 250 ..."});
  EXPECT_EQ(t.handler.discarded, 1);
  Transaction exact(policy);
  exact.run({"C: DATA", "S: 354 ...", "C: 12345678", "C: .", "S: 250 ..."});
}

TEST(ServerContent, SaysTemporaryWhenTheSpoolFails) {
  Transaction t;
  t.handler.disk_bytes = 5;
  t.run({"C: DATA", "S: 354 ...", "C: 123456789", "C: .", "S: 452 4.3.1 ..."});
  EXPECT_TRUE(t.handler.messages.empty());
  Transaction refused;
  refused.handler.refuse_messages = true;
  refused.run({"C: DATA", "S: 451 4.3.1 Spool is full", "C: NOOP", "S: 250 ..."});
}

TEST(ServerContent, StopsLoops) {
  ServerPolicy policy;
  policy.limits.max_received_hops = 2;
  Transaction looping(policy);
  looping.run({"C: DATA", "S: 354 ...", "C: Received: a", "C: RECEIVED: b", "C!  folded", "C! \r\nRecei", "C: ved: c", "C: ",
               "C: .", "S: 554 5.4.6 ..."});
  Transaction fine(policy);
  fine.run({"C: DATA", "S: 354 ...", "C: Received: a", "C: X-Received: b", "C: Received: c", "C: ", "C: Received: body",
            "C: .", "S: 250 ..."});
}

TEST(ServerContent, DiscardsAMessageWhoseClientLeaves) {
  Transaction t;
  t.run({"C: DATA", "S: 354 ...", "C: half a"});
  t.session.reset();
  EXPECT_EQ(t.handler.discarded, 1);
}

TEST(ServerContent, SurvivesACommitThatEndsAfterTheSession) {
  Transaction t;
  t.handler.commit_later = true;
  t.run({"C: DATA", "S: 354 ...", "C: .", "S! wait"});
  t.session.reset();
  t.handler.pending.front()(replies::kMessageAccepted);
  EXPECT_FALSE(t.resumed);
}

TEST(ServerContent, TakesChunks) {
  Transaction t;
  t.run({"C: BDAT 3", "S! silence", "C! a\r\n", "S: 250 2.0.0 3 octets received",
         "C! BDAT 3\r\n.\r\nBDAT 0\r\n", "S: 250 2.0.0 3 octets received", "S: 250 2.0.0 0 octets received",
         "C: DATA", "S: 503 5.5.1 ...", "C: RCPT TO:<late@b.example>", "S: 503 5.5.1 ...",
         "C! bdat 4 last\r\nlastNOOP\r\n", "S: 250 2.6.0 ...", "S: 250 2.0.0 OK"});
  EXPECT_EQ(t.handler.messages.at(0).content, "a\r\n.\r\nlast\r\n");
}

TEST(ServerContent, RefusesChunksThatNobodyAskedForButSkipsTheirBytes) {
  Server server;
  server.run({"S: 220 ...", "C! BDAT 6 LAST\r\nRSET\r\nNOOP\r\n", "S: 503 5.5.1 Say MAIL FROM first", "S: 250 2.0.0 OK",
              "C: HELO c", "S: 250 ...", "C! MAIL FROM:<>\r\nRCPT TO:<x@refused.example>\r\nBDAT 2 LAST\r\nhiNOOP\r\n",
              "S: 250 ...", "S: 550 ...", "S: 554 5.5.1 ...", "S: 250 2.0.0 OK"});
}

TEST(ServerContent, RefusesBareNewlinesInChunks) {
  Transaction t;
  t.run({"C! BDAT 4\r\na\nb\r", "S: 550 5.6.11 ...", "C! BDAT 1 LAST\r\n\n", "S: 503 5.5.1 This transaction has failed, say RSET",
         "C: RSET", "S: 250 ..."});
  Transaction split;
  split.run({"C! BDAT 2\r\na\r", "S: 250 ...", "C! BDAT 2 LAST\r\n\nb", "S: 250 2.6.0 ..."});
  EXPECT_EQ(split.handler.messages.at(0).content, "a\r\nb\r\n");
  Transaction end;
  end.run({"C! BDAT 2 LAST\r\na\r", "S: 550 5.6.11 ..."});
}

TEST(ServerContent, ClosesOnAChunkSizeThatItCannotRead) {
  for (const std::string bad : {"BDAT", "BDAT x", "BDAT -1", "BDAT 5 FIRST", "BDAT 99999999999999999999999999"}) {
    Transaction t;
    t.run({"C: " + bad, "S: 501 5.5.4 Malformed BDAT, closing", "S! close"});
  }
  Transaction huge;
  huge.run({"C: BDAT 18446744073709551615", "S: 552 5.3.4 ...", "S! close"});
}

}  // namespace
}  // namespace mugai::smtp::test
