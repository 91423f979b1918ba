// Delivers messages to next hops over SMTP and LMTP (and into Maildirs), on one thread's io_context: names
// are resolved, addresses tried in order, connections limited per destination and used again, deliveries
// beyond the limit wait in order. It never retries a message that the next hop has seen: later attempts,
// back-off and expiry are the queue's. The message is the caller's and stays until the callback; callbacks
// run on the loop, exactly once, never from inside deliver(). Destroying the Client closes everything;
// deliveries that are not over are abandoned without a callback.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/result.h"
#include "smtp/client_session.h"
#include "smtp/next_hop.h"

namespace asio {
class io_context;
}

namespace mugai::smtp {

struct ClientTimeouts {  // RFC 5321 §4.5.3.2
  std::chrono::milliseconds connect{30'000};
  std::chrono::milliseconds handshake{60'000};
  std::chrono::milliseconds greeting{300'000};
  std::chrono::milliseconds command{300'000};
  std::chrono::milliseconds data_start{120'000};
  std::chrono::milliseconds data_block{180'000};
  std::chrono::milliseconds data_end{600'000};
};

struct ClientConfig {
  std::string hello;  // our name
  TlsPolicy tls = TlsPolicy::opportunistic;
  std::string ca_file;  // PEM, for TlsPolicy::verified; empty: the system's authorities
  ClientTimeouts timeouts;
  size_t max_connections_per_destination = 20;
  size_t max_deliveries_per_connection = 100;
  std::chrono::milliseconds idle_reuse{5'000};  // how long an idle connection is kept; 0: not at all
};

class Client {
 public:
  using Done = std::function<void(std::vector<RecipientResult>)>;  // in the order of Envelope::recipients

  static Result<std::unique_ptr<Client>> create(asio::io_context& loop, ClientConfig config);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void deliver(const NextHop& next_hop, Envelope envelope, std::string_view message, Done done);

  size_t waiting() const;      // deliveries that have no connection yet
  size_t connections() const;  // open or being opened

 private:
  struct Impl;
  explicit Client(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace mugai::smtp
