// links: smtp
// A whole server session. Oracles: chunking changes nothing of what is said and taken; a message is taken
// only where a CRLF.CRLF or a BDAT LAST is on the wire; what is taken has no bare CR or LF; replies are whole
// lines.
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "smtp/content_facts.h"
#include "smtp/replies.h"
#include "smtp/server_session.h"

namespace {

using namespace mugai::smtp;

struct Handler : MailHandler {
  struct Memory : MessageSink {
    explicit Memory(Handler& handler) : handler(handler) {}
    bool write(mugai::Bytes bytes) override { return (content += bytes).size() < 4000; }
    void commit(std::function<void(Reply)> done) override {
      handler.messages.push_back(content);
      if (handler.messages.size() % 2 == 0) return done(replies::kMessageAccepted);
      handler.pending = std::move(done);
    }
    Handler& handler;
    std::string content;
  };
  Reply client(const ClientInfo&) override { return replies::kOk; }
  Reply sender(const ClientInfo&, const Envelope&) override { return replies::kSenderOk; }
  Reply recipient(const ClientInfo&, const Envelope&, const Recipient& recipient) override {
    return recipient.forward_path.text.size() % 5 == 4 ? Reply{550, "5.7.1", "no"}
                                                       : Reply(replies::kRecipientOk);
  }
  std::unique_ptr<MessageSink> message(const ClientInfo&, const Envelope&, Reply&) override {
    return std::make_unique<Memory>(*this);
  }
  std::vector<std::string> messages;
  std::function<void(Reply)> pending;
};

struct Run {
  Run(mugai::Bytes wire, size_t chunk, BareNewline bare) {
    auto policy = std::make_shared<ServerPolicy>();
    policy->hostname = "gw";
    policy->bare_newline = bare;
    policy->limits.max_message_bytes = 5000;
    policy->limits.max_recipients = 3;
    ServerSession session(policy, handler, {}, [] {});
    auto next = session.greet();
    while (!wire.empty() && next == ServerSession::Next::read) {
      next = session.receive(wire.substr(0, chunk));
      wire.remove_prefix(std::min(chunk, wire.size()));
      while (next == ServerSession::Next::wait) {
        std::exchange(handler.pending, nullptr)(replies::kMessageAccepted);
        next = session.resume();
      }
    }
    said = session.take_output();
    closed = next == ServerSession::Next::close;
  }
  Handler handler;
  std::string said;
  bool closed = false;
};

size_t ends_on(mugai::Bytes wire) {
  size_t count = 0;
  for (size_t i = 0; i < wire.size(); ++i) {
    if (wire.substr(i, 5) == "\r\n.\r\n") ++count;
    if (mugai::equals_ignoring_case(wire.substr(i, 4), "LAST")) ++count;
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const mugai::Bytes wire(reinterpret_cast<const char*>(data + 1), size - 1);
  const BareNewline bare = data[0] & 1 ? BareNewline::normalise : BareNewline::reject;
  const Run whole(wire, wire.size() + 1, bare), chunked(wire, 1 + (data[0] >> 1), bare);
  if (whole.said != chunked.said || whole.handler.messages != chunked.handler.messages ||
      whole.closed != chunked.closed)
    std::abort();
  if (whole.handler.messages.size() > ends_on(wire)) std::abort();
  for (const std::string& message : whole.handler.messages)
    if (examine_content(message).bare_newline) std::abort();
  if (examine_content(whole.said).bare_newline || whole.said.substr(whole.said.size() - 2) != "\r\n")
    std::abort();
  return 0;
}
