// The daemon: wires listeners, intake, spool, workers, keeper, transport and control together on one event loop and runs
// until SIGTERM or SIGINT. SIGHUP reads the configuration again: a broken file changes nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "config/base/result.h"
#include "config/config.h"

namespace mugai::gateway {

struct ServeOptions {
  std::shared_ptr<const config::Config> config;
  // Called for SIGHUP; an Error keeps the old configuration. Empty: SIGHUP is ignored.
  std::function<Result<config::Config>()> reload;
};

// Exit status of the process: 0 after an ordered stop, 1 when it could not start.
int serve(ServeOptions options);

}  // namespace mugai::gateway
