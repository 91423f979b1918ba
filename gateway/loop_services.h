// The gateway as the web side sees it (web/services.h): functions for any thread, carried out on the loop. They wait, but
// never for a loop that has stopped: stop() lets all that wait go with an error. Made and stopped on the loop's thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "gateway/web/services.h"
#include "gateway/worker/pool.h"

namespace mugai::gateway {

class LoopServices {
 public:
  // Called on the loop's thread only.
  struct Parts {
    std::function<void(std::function<void()>)> post;   // onto the loop, from any thread
    std::function<GatewayStatus()> status;
    std::function<Status(const std::string& verb, const std::string& message)> queue_command;
    std::function<void(const std::string& item, std::vector<std::string> passwords)> release_ordered;
    std::function<void(WorkJob)> work;
    const Vault* vault = nullptr;
    std::string scratch_directory;
  };
  explicit LoopServices(Parts parts);

  WebServices services();
  void publish(std::shared_ptr<const config::Config> config);   // at start and after each reload
  void stop();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace mugai::gateway
