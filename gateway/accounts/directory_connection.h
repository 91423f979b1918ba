// A connection to a directory server: connected, under TLS with a checked certificate, and cut off when its time is over.
// The library's own time-out is no use for that: Debian's libldap (GnuTLS) spins in the handshake with a server that does not
// answer, for ever. So the socket is made here, and a thread shuts it down at the deadline. One owner; one thread uses it.
#pragma once

#include <ldap.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "config/base/result.h"
#include "config/config.h"
#include "gateway/file.h"

namespace mugai::gateway::directory {

class Connection {
 public:
  // Errors: "ldap.unavailable", "ldap.settings".
  static Result<std::unique_ptr<Connection>> open(const config::Ldap& settings);
  ~Connection();
  LDAP* get() const { return handle_; }

 private:
  explicit Connection(const config::Ldap& settings) : settings_(settings) {}
  Status connect();
  Status secure();
  void cut_off_at(std::chrono::steady_clock::time_point deadline);

  const config::Ldap& settings_;
  LDAP* handle_ = nullptr;
  Fd socket_;          // the same socket as the handle's, under a number of its own
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread watch_;
};

Error unavailable(int code);

}  // namespace mugai::gateway::directory
