// What the server session asks of the gateway: may this client, this sender, this recipient; and where does
// the message go. A reply below 400 means yes, and is what the client hears. All calls come from the loop's
// thread and must not block nor throw. Owned by the gateway; outlives every session.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "config/base/bytes.h"
#include "smtp/envelope.h"
#include "smtp/reply.h"

namespace mugai::smtp {

struct ClientInfo {
  std::string address;  // as text, IPv4-mapped IPv6 as IPv4; from the PROXY header when there is one
  uint16_t port = 0;
  std::string helo;  // harmless characters only; what the client claimed, nothing more
  bool esmtp = false;
  bool tls = false;
  std::string tls_protocol, tls_cipher;
  std::string listener;  // which one took the connection: ServerPolicy::listener
};

// Where one message goes. The content has CRLF line ends, no dot-stuffing and no Received field of ours.
// Destroyed without commit(), it discards everything.
class MessageSink {
 public:
  virtual ~MessageSink() = default;

  // False: cannot store now. The client gets 452 at the end, and nothing is written any more.
  [[nodiscard]] virtual bool write(Bytes content) = 0;

  // Called at most once, last; the sink is destroyed as soon as it returns, so that what the commit still
  // needs must have moved elsewhere. `done` gets the final reply once the message is durable (250) or is not
  // (4xx): at once or later, on the loop's thread, exactly once. It may be called after the client hung up;
  // then it does nothing.
  virtual void commit(std::function<void(Reply)> done) = 0;
};

// For the log, when a connection has ended.
struct SessionEnd {
  uint64_t messages = 0;  // accepted
  unsigned errors = 0;    // refused commands
  std::string reason;     // our last word ("421 4.4.2 ..."), or what happened to the connection
};

class MailHandler {
 public:
  virtual ~MailHandler() = default;

  // Before the greeting (helo is empty); a refusal is the greeting, and ends the session.
  virtual Reply client(const ClientInfo& client) = 0;
  virtual Reply sender(const ClientInfo& client, const Envelope& envelope) = 0;
  virtual Reply recipient(const ClientInfo& client, const Envelope& so_far, const Recipient& recipient) = 0;

  // At DATA or the first BDAT. Null: `refusal` says why.
  virtual std::unique_ptr<MessageSink> message(const ClientInfo& client, const Envelope& envelope,
                                               Reply& refusal) = 0;

  // For the log only. A message that the session refused at its end, by what it looked like on the wire; and
  // the end of a connection.
  virtual void refused(const ClientInfo& client, const Envelope& envelope, const Reply& reply) {}
  virtual void ended(const ClientInfo& client, const SessionEnd& end) {}
};

}  // namespace mugai::smtp
