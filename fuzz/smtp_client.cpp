// links: smtp
// A client session against a server that says anything. Oracles: at the end every recipient has a result;
// nobody is called delivered unless the whole message with its final dot was handed out; nobody fails without
// a 5xx from the wire or a refusal of ours; no bare CR or LF is ever sent.
#include <cstdlib>
#include <string>

#include "smtp/client_session.h"
#include "smtp/replies.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mugai::smtp;
  if (size < 2) return 0;
  const unsigned flags = data[0];
  const size_t chunk = 1 + data[1];
  mugai::Bytes wire(reinterpret_cast<const char*>(data + 2), size - 2);
  Envelope envelope;
  envelope.reverse_path.text = "a@example.jp";
  envelope.smtputf8 = (flags & 1) != 0;
  for (const char* address : {"b@x.example", "c@x.example", "d@x.example"}) {
    Recipient recipient;
    recipient.forward_path.text = address;
    recipient.notify.success = true;
    envelope.recipients.push_back(recipient);
  }
  const std::string message =
      flags & 2 ? "Subject: x\r\n\r\n.\r\n..\r\nend" : "Subject: \xe6\x97\xa5\r\n\r\nx\r\n";
  ClientSession session({(flags & 4) != 0, "gw.example", "mx", static_cast<TlsPolicy>(flags >> 4 & 3)});
  std::string sent;
  const auto pull = [&] {
    for (std::string more = session.take_output(); !more.empty(); more = session.take_output()) sent += more;
  };
  int deliveries = 0;
  auto next = session.begin(envelope, message);
  for (;;) {
    pull();
    if (next == ClientSession::Next::start_tls) {
      next = session.tls_established();
      continue;
    }
    if (next == ClientSession::Next::idle || next == ClientSession::Next::close) {
      const auto results = session.take_results();
      if (results.size() != envelope.recipients.size()) std::abort();
      for (const RecipientResult& result : results) {
        if (result.reply.code < 200 || result.reply.code > 599) std::abort();
        const bool delivered = result.state == RecipientResult::State::delivered;
        if (delivered && (result.reply.code / 100 != 2 || sent.find("\r\n.\r\n") == std::string::npos))
          std::abort();
        if (result.state == RecipientResult::State::failed && result.reply.code / 100 != 5) std::abort();
      }
      if (next == ClientSession::Next::close || ++deliveries == 3) break;
      if (examine_content(sent).bare_newline) std::abort();
      sent.clear();
      next = session.begin(envelope, message);
      continue;
    }
    if (wire.empty())
      next = session.lost(replies::kConnectionLost);
    else
      next = session.receive(wire.substr(0, chunk));
    wire.remove_prefix(std::min(chunk, wire.size()));
  }
  if (examine_content(sent).bare_newline) std::abort();
  return 0;
}
