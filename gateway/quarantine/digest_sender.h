// Sends the daily digests (quarantine/digest.h) at their time: asks the database on the keeper's thread, commits each mail to
// the spool, then notes it. Of several gateways that share a database one sends. Loop thread
// only.
#pragma once

#include <memory>

#include "gateway/keep/keeper.h"
#include "gateway/quarantine/digest.h"
#include "gateway/spool/spool.h"

namespace mugai::gateway {

class DigestSender : public std::enable_shared_from_this<DigestSender> {
 public:
  struct Services {
    Spool& spool;
    Keeper& keeper;
    const Secrets& secrets;
    std::function<std::shared_ptr<const config::Config>()> config;
    std::function<void(std::function<void()>)> post;
    std::function<std::string(const std::string& message, const std::string& recipient)> request_link;
    std::function<void(SpooledMessage)> accept;
  };
  explicit DigestSender(Services services) : services_(std::move(services)) {}

  // Every second or so. The first call only learns what time it is: a restart sends nothing twice.
  void tick(int64_t now_ms);

 private:
  void send(const Digest& digest, int64_t now_ms);

  Services services_;
  int64_t last_ms_ = 0;
};

}  // namespace mugai::gateway
