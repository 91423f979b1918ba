// One connection of the Client: a ClientSession on a Channel, delivering one message after another. It tells
// its owner when a delivery is over, when it is free for the next one, and when it is gone; it never decides
// what comes next. Internal to smtp/.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "smtp/channel.h"
#include "smtp/client.h"

namespace mugai::smtp {

struct Delivery {
  NextHop next_hop;
  Envelope envelope;
  std::string_view message;
  Client::Done done;
};

class ClientConnection final : public Channel {
 public:
  using Clock = std::chrono::steady_clock;

  struct Outcome {
    std::shared_ptr<Delivery> delivery;
    std::vector<RecipientResult> results;
    bool untouched = false;  // the connection ended before the next hop had answered MAIL
    bool tls_failed = false;
  };
  // Outlives the connection.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void delivery_over(ClientConnection& connection, Outcome outcome) = 0;
    virtual void connection_free(ClientConnection& connection) = 0;
    virtual void connection_closed(ClientConnection& connection) = 0;
  };

  ClientConnection(Socket socket, std::shared_ptr<Owner> owner, const ClientConfig& config,
                   std::shared_ptr<tls::Context> context, const NextHop& next_hop, std::string remote,
                   TlsPolicy policy);

  void deliver(std::shared_ptr<Delivery> delivery);
  void keep_until(Clock::time_point deadline);  // when free: stay connected, then QUIT
  void retire();                                // when free: QUIT now
  void check_time(Clock::time_point now);

  const std::string& key() const { return key_; }
  bool available() const { return free_ && !closing(); }
  size_t deliveries() const { return deliveries_; }

 protected:
  void received(Bytes untrusted) override { apply(session_.receive(untrusted)); }
  void secured(const tls::Stream* stream, const std::string& error) override;
  void drained() override { send_output(); }
  void closed() override;

 private:
  void apply(ClientSession::Next next);
  void send_output();
  void conclude(bool connection_ended);
  void set_deadline();

  std::shared_ptr<Owner> owner_;
  const ClientConfig& config_;
  std::shared_ptr<tls::Context> context_;
  const std::string key_, host_;
  const TlsPolicy policy_;
  ClientSession session_;
  std::shared_ptr<Delivery> delivery_;
  Clock::time_point deadline_ = Clock::time_point::max();
  size_t deliveries_ = 0;
  bool free_ = false;
  bool sending_ = false;
  bool tls_failed_ = false;
};

}  // namespace mugai::smtp
