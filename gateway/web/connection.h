// One client of the console's server, on the server's loop: TLS, the head, judging it, the body, the answer, goodbye. What
// a client can make wait is this object, never a thread: threads are asked only for a request that is complete, and before
// a body for whether its sender is let in. Every stage that depends on the client has a deadline for all of it, however
// often something comes. Loop thread only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "config/config.h"
#include "gateway/web/request_reader.h"
#include "gateway/web/router.h"
#include "gateway/web/server.h"
#include "smtp/channel.h"

namespace mugai::gateway::web {

class Connection final : public smtp::Channel {
 public:
  using Clock = std::chrono::steady_clock;

  // Outlives its connections.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual const config::Console& settings() const = 0;
    virtual const Router& router() const = 0;
    virtual const ServerLimits& limits() const = 0;
    // Asks on a thread (the question throws nothing), then `then` with the answer on the loop. False: too much waits already.
    virtual bool ask(std::function<std::optional<Response>()> question, std::function<void(std::optional<Response>)> then) = 0;
    virtual bool take_large_body() = 0;   // only one at a time
    virtual void leave_large_body() = 0;
    virtual bool is_stopping() const = 0;
    virtual void gone(Connection& connection) = 0;
  };

  Connection(Socket socket, Owner& owner, uint64_t number, std::string address, std::string source)
      : Channel(std::move(socket)), owner_(owner), number_(number), address_(std::move(address)), source_(std::move(source)) {}

  void start(const std::shared_ptr<smtp::tls::Context>& tls);
  void check_time(Clock::time_point now);
  void end();   // now, whatever is under way
  // Ends what the client has not said to its end; answers under way are still sent.
  void stop();

  uint64_t number() const { return number_; }
  const std::string& source() const { return source_; }
  // When there is no room: who has asked nothing yet or has the answer goes first, who is at work never goes.
  enum class Worth { little, some, much };
  Worth worth() const;
  bool has_ended() const { return ended_; }   // closed() is on its way

 protected:
  void received(Bytes untrusted) override;
  void secured(const smtp::tls::Stream* stream, const std::string& error) override;
  void closed() override;

 private:
  enum class Stage { head, judging, body, answering, sending };

  std::optional<Response> guarded(const std::function<std::optional<Response>()>& question) const;
  void go_on();
  void judge();
  void take_body(size_t max);
  void answer();
  void refuse(int status);
  void respond(Response response);
  void leave_large_body();
  void enter(Stage stage);

  Owner& owner_;
  const uint64_t number_;
  const std::string address_, source_;
  RequestReader reader_;
  Request head_;                 // kept for the error page, when the request has gone to its handler
  Stage stage_ = Stage::head;
  Clock::time_point since_ = Clock::now();
  std::chrono::milliseconds sending_time_{};
  bool has_large_body_ = false, ended_ = false;
};

}  // namespace mugai::gateway::web
