// The control socket: how `mugai queue retry|hold|delete` speaks to the running gateway. A line "retry ID", one line
// back: "ok" or what is wrong. A Unix socket that only the gateway's user may open; the spool's directories are the
// fallback when no gateway runs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

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

// Nothing: no gateway listens there. Otherwise what it answered.
std::optional<Status> ask_gateway(const std::string& path, const std::string& verb, const std::string& argument);

}  // namespace mugai::gateway
