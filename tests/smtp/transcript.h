// SMTP tests as transcripts. A script is lines of
//   "C: text"   the client sends text CRLF          "c: text"   the same, but together with the next line, as
//   pipelined "C! bytes"  exactly these bytes                 "S: text"   the server's next line, "..." at
//   the end: any rest "S! close" / "S! starttls" / "S! wait" / "S! silence"   what the session wants next "H:
//   commit 250" (or 451)   the handler ends a pending commit
// Replies are compared line by line in order; nothing may be left over at the end.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <initializer_list>
#include <string>
#include <vector>

#include "smtp/replies.h"
#include "smtp/server_session.h"

namespace mugai::smtp::test {

struct Received {
  Envelope envelope;
  std::string content;
};

// Accepts everything but recipients at refused.example; keeps what was committed.
class FakeHandler : public MailHandler {
 public:
  Reply client(const ClientInfo&) override { return client_verdict; }
  Reply sender(const ClientInfo&, const Envelope& envelope) override {
    if (envelope.reverse_path.domain() == "refused.example") return {550, "5.7.1", "Sender refused"};
    return replies::kSenderOk;
  }
  Reply recipient(const ClientInfo&, const Envelope&, const Recipient& recipient) override {
    if (recipient.forward_path.domain() == "refused.example") return {550, "5.7.1", "No flow allows this"};
    return replies::kRecipientOk;
  }
  std::unique_ptr<MessageSink> message(const ClientInfo& client, const Envelope& envelope,
                                       Reply& refusal) override {
    if (refuse_messages) {
      refusal = {451, "4.3.1", "Spool is full"};
      return nullptr;
    }
    last_client = client;
    return std::make_unique<MemorySink>(*this, envelope);
  }

  void refused(const ClientInfo&, const Envelope&, const Reply& reply) override {
    refusals.push_back(to_line(reply));
  }
  void ended(const ClientInfo&, const SessionEnd& end) override { ends.push_back(end); }

  std::vector<std::string> refusals;
  std::vector<SessionEnd> ends;
  Reply client_verdict = replies::kOk;
  bool refuse_messages = false;
  bool commit_later = false;
  size_t disk_bytes = SIZE_MAX;
  int discarded = 0;
  ClientInfo last_client;
  std::vector<Received> messages;
  std::deque<std::function<void(Reply)>> pending;

 private:
  struct MemorySink : MessageSink {
    MemorySink(FakeHandler& handler, const Envelope& envelope) : handler(handler), received{envelope, {}} {}
    ~MemorySink() override { handler.discarded += committed ? 0 : 1; }
    bool write(Bytes content) override {
      received.content += content;
      return received.content.size() <= handler.disk_bytes;
    }
    void commit(std::function<void(Reply)> done) override {
      committed = true;
      handler.messages.push_back(std::move(received));
      if (handler.commit_later)
        handler.pending.push_back(std::move(done));
      else
        done(replies::kMessageAccepted);
    }
    FakeHandler& handler;
    Received received;
    bool committed = false;
  };
};

// One session with its handler; `run` plays a script against it.
struct Server {
  explicit Server(ServerPolicy p = {}, std::string address = "192.0.2.1") : policy(std::move(p)) {
    if (policy.hostname.empty()) policy.hostname = "gw.example";
    ClientInfo client;
    client.address = std::move(address);
    session = std::make_unique<ServerSession>(std::make_shared<ServerPolicy>(policy), handler,
                                              std::move(client), [this] { resumed = true; });
  }

  void run(std::initializer_list<std::string> script) {
    if (!greeted) next = session->greet();
    greeted = true;
    std::string group;
    for (const std::string& line : script) {
      SCOPED_TRACE("at: " + line);
      const std::string kind = line.substr(0, 2), rest = line.size() > 3 ? line.substr(3) : "";
      if (kind == "c:") {
        group += rest + "\r\n";
      } else if (kind == "C:" || kind == "C!") {
        next = session->receive(group + rest + (kind == "C:" ? "\r\n" : ""));
        group.clear();
      } else if (kind == "S:") {
        expect_line(rest);
      } else if (kind == "S!") {
        expect_next(rest);
      } else if (kind == "H:") {
        ASSERT_FALSE(handler.pending.empty());
        const auto done = handler.pending.front();
        handler.pending.pop_front();
        done(rest == "commit 250" ? Reply(replies::kMessageAccepted) : Reply(replies::kCannotStore));
        ASSERT_TRUE(resumed);
        resumed = false;
        next = session->resume();
      } else {
        FAIL() << "not a line of a transcript";
      }
    }
    said += session->take_output();
    EXPECT_EQ(said, "") << "the server said more than the transcript";
  }

  void expect_line(const std::string& expected) {
    said += session->take_output();
    const size_t end = said.find("\r\n");
    ASSERT_NE(end, std::string::npos) << "nothing more was said; expected " << expected;
    const std::string got = said.substr(0, end);
    said.erase(0, end + 2);
    if (expected.size() > 3 && expected.substr(expected.size() - 3) == "...")
      EXPECT_EQ(got.substr(0, expected.size() - 3) + "...", expected);
    else
      EXPECT_EQ(got, expected);
  }

  void expect_next(const std::string& what) {
    if (what == "silence") {
      said += session->take_output();
      EXPECT_EQ(said, "");
      return;
    }
    using Next = ServerSession::Next;
    EXPECT_EQ(next, what == "close"      ? Next::close
                    : what == "starttls" ? Next::start_tls
                    : what == "wait"     ? Next::wait
                                         : Next::read);
  }

  ServerPolicy policy;
  FakeHandler handler;
  std::unique_ptr<ServerSession> session;
  ServerSession::Next next{};
  std::string said;
  bool greeted = false, resumed = false;
};

}  // namespace mugai::smtp::test
