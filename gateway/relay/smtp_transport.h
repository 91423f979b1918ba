// Transport over the real network: smtp::Client for SMTP and LMTP, Maildir for trying out. One client per TLS policy, so
// that connections are shared by all zones that speak to the same next hop in the same way. Loop thread only.
#pragma once

#include <map>
#include <memory>

#include "gateway/relay/transport.h"
#include "smtp/client.h"

namespace mugai::gateway {

class SmtpTransport : public Transport {
 public:
  using CurrentConfig = std::function<std::shared_ptr<const config::Config>()>;
  SmtpTransport(asio::io_context& loop, CurrentConfig config) : loop_(loop), config_(std::move(config)) {}

  void deliver(const config::Zone& zone, const smtp::Envelope& envelope, std::string_view message, Done done) override;

 private:
  asio::io_context& loop_;
  CurrentConfig config_;
  std::map<std::string, std::unique_ptr<smtp::Client>> clients_;
};

}  // namespace mugai::gateway
