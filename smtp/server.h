// Listens and drives one ServerSession per connection, all on one thread's io_context: STARTTLS, PROXY
// header, limits per client and in all, time-outs per stage. Owns its sockets and connections; the handler
// and the io_context must outlive it. Destroying it (never from a callback) closes everything at once; stop() is the graceful way.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "config/base/result.h"
#include "smtp/listener_config.h"
#include "smtp/mail_handler.h"

namespace asio {
class io_context;
}

namespace mugai::smtp {

class Server {
 public:
  Server(asio::io_context& loop, ListenerConfig config, MailHandler& handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds all addresses, or none: the error names the address and the remedy.
  Status open();

  // In the order of ListenerConfig::listen; with the port that was really bound.
  std::vector<Endpoint> endpoints() const;

  // New connections get the new configuration, existing ones keep theirs. When an address cannot be bound
  // nothing changes. An address that stays keeps its socket, so that no connection is refused in between.
  Status reconfigure(ListenerConfig config);

  // Stops accepting; idle clients get 421; transactions may finish for `grace`, then get 421 too. `done`
  // comes last.
  void stop(std::chrono::milliseconds grace, std::function<void()> done);

  size_t connections() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace mugai::smtp
