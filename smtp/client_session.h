// The client side of one SMTP or LMTP connection without sockets (RFC 5321, 1870, 2033, 2920, 3207, 3461,
// 6152, 6531): delivers one message after another over the same connection. The driver (client.cpp, or a
// test) moves bytes, watches stage() for time-outs and does the handshake. The envelope and the message are
// the caller's and stay until the delivery is over; the message is read in place, dot-stuffed on the way, and
// never sent with a bare CR or LF. Every recipient of every delivery gets a result. What the next hop did not
// say is deferred, never failed; a loss after the final dot is deferred too, so that a message may arrive
// twice but is never lost (RFC 1047).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"
#include "smtp/content_facts.h"
#include "smtp/delivery.h"
#include "smtp/envelope.h"
#include "smtp/reply_parser.h"

namespace mugai::smtp {

enum class TlsPolicy {
  none,           // never
  opportunistic,  // when offered, anyone's certificate; without TLS when the handshake fails
  required,       // or deferred; anyone's certificate
  verified,       // or deferred; a trusted certificate that is valid for the next hop's name
};

class ClientSession {
 public:
  enum class Next {
    read,       // send the output, then hand in what comes
    start_tls,  // send the output, do the handshake, call tls_established() or lost()
    idle,       // the delivery is over: take_results(); the connection can be used again
    close,      // the delivery, if any, is over; send the output and close
  };
  enum class Stage { greeting, command, data_start, data_block, data_end, idle };

  struct Options {
    bool lmtp = false;
    std::string hello;   // our name
    std::string remote;  // for results
    TlsPolicy tls = TlsPolicy::opportunistic;
  };

  explicit ClientSession(Options options) : options_(std::move(options)) {}

  // On a new session before anything else, later when idle.
  Next begin(const Envelope& envelope, std::string_view message);
  Next receive(Bytes untrusted);
  Next tls_established();
  Next lost(const Reply& why);  // connection closed, time-out, handshake failed: `why` is a 4xx
  Next quit();                  // when idle

  // Up to some 64 KB of what is to be sent; to be called again when that has left, until it is empty.
  std::string take_output();

  std::vector<RecipientResult> take_results() { return std::move(results_); }
  Stage stage() const;

  // The next hop has answered MAIL (or later) of the current delivery: another address or connection must not
  // be tried.
  bool transaction_answered() const { return answered_ > 0; }

 private:
  enum class State {
    greeting,
    hello,
    helo,
    starttls,
    handshake,
    ready,
    envelope,
    body,
    final,
    rset,
    quit,
    closed
  };
  struct Extensions {
    bool pipelining = false, size = false, eight_bit_mime = false, smtputf8 = false, dsn = false,
         starttls = false;
    uint64_t max_size = 0;
  };

  Next take_reply(const Reply& reply);
  Next after_hello(const Reply& reply);
  Next ready();
  Next start_transaction();
  std::optional<Reply> local_refusal() const;
  bool send_step();
  Next envelope_reply(const Reply& reply);
  Next data_reply(const Reply& reply);
  Next final_reply(const Reply& reply);
  Next end_transaction();
  Next give_up(const Reply& reply);

  std::string mail_command() const;
  std::string rcpt_command(const Recipient& recipient) const;
  void settle(size_t recipient, const Reply& reply);
  void settle_all(const Reply& reply, bool only_accepted);
  void fill_body(std::string& out);

  Options options_;
  State state_ = State::greeting;
  Extensions extensions_;
  ReplyParser parser_;
  std::string output_;
  bool tls_active_ = false;

  // The current delivery.
  const Envelope* envelope_ = nullptr;
  std::string_view message_;
  ContentFacts facts_;
  std::vector<RecipientResult> results_;
  std::vector<bool> settled_;
  std::vector<size_t> accepted_;    // recipients whose RCPT was accepted, in order
  size_t sent_ = 0, answered_ = 0;  // steps: 0 is MAIL, then the recipients, then DATA
  size_t body_at_ = 0;
  size_t final_replies_ = 0;
  bool mail_refused_ = false;
};

}  // namespace mugai::smtp
