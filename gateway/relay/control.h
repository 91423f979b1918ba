// The control socket: how `mugai queue retry|hold|delete` and `mugai quarantine release|delete` speak to the running gateway. A line "retry ID", one line
// back: "ok" or what is wrong. A Unix socket that only the gateway's user may open; the spool's directories are the
// fallback when no gateway runs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/base/result.h"

namespace asio {
class io_context;
}

namespace mugai::gateway {

class ControlServer {
 public:
  using Handle = std::function<Status(const std::string& verb, const std::string& argument)>;
  ControlServer(asio::io_context& loop, std::string path, Handle handle);
  ~ControlServer();
  Status open();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// "release ITEM" and, where its content is encrypted, passwords to try, which are never in a command line.
struct ReleaseCall {
  std::string item;
  std::vector<std::string> passwords;
};
std::string render_release_call(const ReleaseCall& call);   // without the verb
Result<ReleaseCall> parse_release_call(const std::string& argument);

// Nothing: no gateway listens there. Otherwise what it answered.
std::optional<Status> ask_gateway(const std::string& path, const std::string& verb, const std::string& argument);

}  // namespace mugai::gateway
