// The web pages as the daemon has them: server, router, console and what their requests share. Started when console.listen
// is set. Owns its threads; services and what they stand for outlive it.
#pragma once

#include <memory>

#include "gateway/database/database.h"
#include "gateway/web/services.h"

namespace mugai::gateway::web {

class WebSide {
 public:
  // Errors: those of Server and Secrets.
  static Result<std::unique_ptr<WebSide>> start(WebServices services);
  // Waits for the requests under way; whoever these wait for must have been told to stop.
  ~WebSide();

  // Housekeeping on the caller's thread and database: sessions that are over.
  void sweep(Database& database, int64_t now_ms);

 private:
  struct Impl;
  explicit WebSide(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mugai::gateway::web
