// Transport over the real network: smtp::Client for SMTP and LMTP, Maildir for trying out. One client per TLS policy, so
// that connections are shared by all zones that speak to the same next hop in the same way. A next hop that did not
// answer is left alone for a moment: its mail is deferred at once instead of waiting, so that mail for others goes on.
// Loop thread only.
#pragma once

#include <chrono>
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
  void forget_silence() override { silent_until_->clear(); }

 private:
  asio::io_context& loop_;
  CurrentConfig config_;
  using Clock = std::chrono::steady_clock;
  void defer(size_t recipients, smtp::Reply reply, Done done);

  std::map<std::string, std::unique_ptr<smtp::Client>> clients_;
  // By next hop. Shared with the callbacks of deliveries, which may outlive this object.
  std::shared_ptr<std::map<std::string, Clock::time_point>> silent_until_ =
      std::make_shared<std::map<std::string, Clock::time_point>>();
};

}  // namespace mugai::gateway
