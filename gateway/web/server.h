// The HTTP server under the web pages. One thread of its own accepts, speaks TLS (1.2 and 1.3 only) and reads requests, all
// without ever waiting for a client; other threads make the answers and never see a socket. So who sends slowly occupies
// nobody but himself: time for a head (the handshake included) and for a body is bounded as a whole, connections are
// bounded in all and for each source, and when there is no room the connection that has been silent longest makes it. Each
// answer ends its connection. Checks the Host, adds the headers that every answer has, and asks the Router, before a body
// whether its sender is let in. Owns its threads; the Router outlives it. A handler that throws is a 500 and a line in the
// log; that line never has content.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "config/base/result.h"
#include "config/config.h"
#include "gateway/web/router.h"

namespace mugai::gateway::web {

struct ServerLimits {
  std::chrono::milliseconds head{10'000};     // from the first packet to the end of the head
  std::chrono::milliseconds body{300'000};    // all of a body
  std::chrono::milliseconds grace{15'000};    // after which a body, or an answer, must have come on ...
  size_t bytes_per_second = 16 * 1024;        // ... by so much for each further second
  size_t connections = 512;
  size_t per_source = 32;                     // an IPv4 address or an IPv6 /64; not behind a proxy, who is one for all
};

class Server {
 public:
  // Errors: "console.listen", "console.certificate".
  static Result<std::unique_ptr<Server>> start(const config::Console& settings, const Router& router, const ServerLimits& limits = {});
  // Takes no more; waits for the requests under way.
  ~Server();

  uint16_t port() const;   // where port 0 was asked for, the one that was given

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mugai::gateway::web
