// The HTTP server under the web pages: Poco's, with its own threads. It reads requests within bounds (line and header
// sizes, body by route, time-outs, threads, waiting connections), checks the Host, adds the headers that every answer has,
// and asks the Router. Owns its threads; the Router and the settings outlive it. With a certificate it speaks TLS 1.2 and
// 1.3 only, and shakes hands on the connection's thread, so that nobody who dawdles keeps others out. A handler that
// throws is a 500 and a line in the log; that line never has content.
#pragma once

#include <functional>
#include <memory>

#include "config/base/result.h"
#include "config/config.h"
#include "gateway/web/router.h"

namespace mugai::gateway::web {

class Server {
 public:
  // Errors: "console.listen", "console.certificate".
  static Result<std::unique_ptr<Server>> start(const config::Console& settings, const Router& router);
  // Takes no more; waits for the requests under way.
  ~Server();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mugai::gateway::web
