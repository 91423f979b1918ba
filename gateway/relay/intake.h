// What the SMTP server asks: who may send what to whom, and where the message goes. Decides by zones and flows at RCPT,
// says 4xx when the disk, the vault or the queue is full, and gives each message a place in the spool. What no flow
// allows is refused. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "config/config.h"
#include "gateway/spool/spool.h"
#include "smtp/mail_handler.h"

namespace mugai::gateway {

class Intake : public smtp::MailHandler {
 public:
  struct Services {
    Spool& spool;
    std::function<std::shared_ptr<const config::Config>()> config;
    std::function<bool()> vault_is_full;
    std::function<size_t()> queue_length;                // messages accepted and not yet treated
    std::function<void(SpooledMessage)> accepted;        // durable: 250 has been decided
  };
  explicit Intake(Services services) : services_(std::move(services)) {}

  smtp::Reply client(const smtp::ClientInfo& client) override;
  smtp::Reply sender(const smtp::ClientInfo& client, const smtp::Envelope& envelope) override;
  smtp::Reply recipient(const smtp::ClientInfo& client, const smtp::Envelope& so_far,
                        const smtp::Recipient& recipient) override;
  std::unique_ptr<smtp::MessageSink> message(const smtp::ClientInfo& client, const smtp::Envelope& envelope,
                                             smtp::Reply& refusal) override;
  void refused(const smtp::ClientInfo& client, const smtp::Envelope& envelope, const smtp::Reply& reply) override;
  void ended(const smtp::ClientInfo& client, const smtp::SessionEnd& end) override;

 private:
  const config::Zone* zone_of(const config::Config& config, const smtp::ClientInfo& client) const;

  // What the disk has left, as of at most a moment ago: a client's MAIL is not worth a look each.
  uint64_t free_bytes();

  Services services_;
  uint64_t free_bytes_ = 0;
  int64_t free_bytes_until_ms_ = 0;
};

}  // namespace mugai::gateway
