// One connection of the Server: a ServerSession on a Channel, with the PROXY header before it, STARTTLS in
// it, and a deadline for whatever it waits for. The owner counts clients and decides when to stop. Internal
// to smtp/.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "smtp/channel.h"
#include "smtp/listener_config.h"
#include "smtp/server_session.h"

namespace mugai::smtp {

// One configuration, shared by the connections that were accepted under it.
struct Generation {
  ListenerConfig config;
  std::shared_ptr<const ServerPolicy> policy;
};

class ServerConnection final : public Channel {
 public:
  using Clock = std::chrono::steady_clock;

  // Kept alive by its connections.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual bool has_room() const = 0;
    virtual bool is_stopping() const = 0;
    virtual bool enter(const std::string& address,
                       size_t max_per_client) = 0;  // false: too many of this client
    virtual void leave(const std::string& address) = 0;
    virtual void connection_closed(ServerConnection& connection) = 0;
  };

  ServerConnection(Socket socket, std::shared_ptr<Owner> owner, std::shared_ptr<const Generation> generation,
                   MailHandler& handler, ClientInfo peer);

  void start();
  void check_time(Clock::time_point now);
  // Says 421 when the client would lose nothing by it; `at_once`: in any case.
  void stop(bool at_once);
  // The server goes away: nobody is told anything any more.
  void abandon();

 protected:
  void received(Bytes untrusted) override;
  void secured(const tls::Stream* stream, const std::string& error) override;
  void closed() override;

 private:
  void take_proxy_header(Bytes untrusted);
  void begin_session(Bytes untrusted_first);
  void apply(ServerSession::Next next);
  void set_deadlines(bool answered);
  void turn_away(const Reply& reply);
  void finish();

  std::shared_ptr<Owner> owner_;
  std::shared_ptr<const Generation> generation_;
  MailHandler& handler_;
  ClientInfo peer_;
  std::unique_ptr<ServerSession> session_;
  std::string proxy_bytes_;
  std::string last_word_;                                          // for the log
  Clock::time_point deadline_ = Clock::time_point::max();          // for the next step
  Clock::time_point message_deadline_ = Clock::time_point::max();  // for a whole message
  Clock::time_point linger_deadline_ = Clock::time_point::max();   // after our last word
  bool awaiting_proxy_header_ = false;
  bool in_message_ = false;
  bool securing_ = false;
  bool counted_ = false;
  bool abandoned_ = false;
};

}  // namespace mugai::smtp
