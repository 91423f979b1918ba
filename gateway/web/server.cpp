#include "gateway/web/server.h"

#include <openssl/ssl.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/thread_pool.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <thread>

#include "gateway/accounts/source_limit.h"
#include "gateway/log.h"
#include "gateway/web/connection.h"

namespace mugai::gateway::web {

using asio::ip::tcp;

namespace {

constexpr size_t kThreads = 24, kWaiting = 64;
constexpr int kBacklog = 512;
constexpr std::chrono::milliseconds kTick{100}, kStopGrace{15'000}, kBackoff{100};
constexpr std::chrono::seconds kCrowdedEvery{60};

std::string address_text(const asio::ip::address& address) {
  if (!address.is_v6()) return address.to_string();
  const asio::ip::address_v6 plain(address.to_v6().to_bytes());   // without a scope
  return plain.is_v4_mapped() ? asio::ip::make_address_v4(asio::ip::v4_mapped, plain).to_string() : plain.to_string();
}

Result<std::shared_ptr<smtp::tls::Context>> tls_context(const config::Console& settings) {
  Result<std::shared_ptr<smtp::tls::Context>> context = smtp::tls::Context::server(settings.certificate, settings.key);
  if (!context) return context;
  // People come with browsers: unlike mail servers they have no need of what is old.
  if (SSL_CTX_set_cipher_list((*context)->native(), "ECDHE+AESGCM:ECDHE+CHACHA20") != 1)
    return Error{"console.certificate", "the console's ciphers cannot be set", ""};
  return context;
}

}  // namespace

struct Server::Impl final : Connection::Owner {
  Impl(config::Console console, const Router& routes, const ServerLimits& bounds)
      : settings_(std::move(console)), router_(routes), limits_(bounds) {}

  Status open() {
    if (!settings_.certificate.empty()) {
      Result<std::shared_ptr<smtp::tls::Context>> context = tls_context(settings_);
      if (!context) return Error{"console.certificate", "the console's certificate or key cannot be used", context.error().text + " " + context.error().detail};
      tls = *context;
    }
    asio::error_code error;
    const auto address = asio::ip::make_address(settings_.listen.address.to_string(), error);
    const tcp::endpoint local(address, settings_.listen.port);
    if (!error) acceptor.open(local.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(local, error);
    if (!error) acceptor.listen(kBacklog, error);
    if (error) return Error{"console.listen", "the console cannot listen on " + settings_.listen.to_string(), error.message()};
    accept();
    tick();
    thread = std::thread([this] { loop.run(); });
    return Ok{};
  }

  void accept() {
    acceptor.async_accept(peer, [this](const asio::error_code& error, tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (!error) {
        accepted(std::move(socket));
        return accept();
      }
      // Out of descriptors or memory: to try again at once would only burn the processor.
      backoff.expires_after(kBackoff);
      backoff.async_wait([this](const asio::error_code&) {
        if (acceptor.is_open()) accept();
      });
    });
  }

  void accepted(tcp::socket socket) {
    asio::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const std::string address = address_text(peer.address()), source = SourceLimit::network_of(address);
    if (!has_room(source)) return;
    const auto connection = std::make_shared<Connection>(std::move(socket), *this, ++last_number, address, source);
    connections.emplace(last_number, connection);
    ++per_source[source];
    connection->start(tls);
  }

  // An honest request is read within moments of its connection, so what is silent longest is the least loss.
  bool has_room(const std::string& source) {
    const auto found = per_source.find(source);
    const bool too_many_of_it = !settings_.behind_proxy && found != per_source.end() && found->second >= limits_.per_source;
    if (!too_many_of_it && connections.size() < limits_.connections) return true;
    say_crowded(source);
    for (const auto worth : {Connection::Worth::little, Connection::Worth::some})
      for (const auto& [number, one] : connections)
        if (!one->has_ended() && one->worth() == worth && (!too_many_of_it || one->source() == source)) {
          one->end();
          return true;
        }
    return false;
  }

  void say_crowded(const std::string& source) {
    const auto now = Connection::Clock::now();
    if (said_crowded && now - *said_crowded < kCrowdedEvery) return;
    said_crowded = now;
    log::warning("console.crowded", {{"client", source}, {"connections", std::to_string(connections.size())}});
  }

  void tick() {
    ticker.expires_after(kTick);
    ticker.async_wait([this](const asio::error_code& canceled) {
      if (canceled) return;
      const auto now = Connection::Clock::now();
      // close_now() never erases from the map at once: connections leave by a posted closed().
      for (const auto& [number, one] : connections) {
        one->check_time(now);
        if (stopping && now >= stop_deadline) one->close_now();
      }
      if (!stopping || !connections.empty()) tick();
    });
  }

  void stop() {
    stopping = true;
    stop_deadline = Connection::Clock::now() + kStopGrace;
    asio::error_code ignored;
    acceptor.close(ignored);
    backoff.cancel();
    for (const auto& [number, one] : connections) one->stop();
    guard.reset();
    if (connections.empty()) ticker.cancel();
  }

  const config::Console& settings() const override { return settings_; }
  const Router& router() const override { return router_; }
  const ServerLimits& limits() const override { return limits_; }
  bool is_stopping() const override { return stopping; }

  bool ask(std::function<std::optional<Response>()> question, std::function<void(std::optional<Response>)> then) override {
    if (busy >= kThreads + kWaiting) return false;
    ++busy;
    // `then` holds the connection, whose socket is the loop's: it must not end on the thread.
    asio::post(threads, [this, question = std::move(question), then = std::move(then)]() mutable {
      std::optional<Response> response = question();
      asio::post(loop, [this, then = std::move(then), response = std::move(response)]() mutable {
        --busy;
        then(std::move(response));
      });
    });
    return true;
  }

  bool take_large_body() override { return !std::exchange(large_body, true); }
  void leave_large_body() override { large_body = false; }

  void gone(Connection& connection) override {
    const auto found = per_source.find(connection.source());
    if (found != per_source.end() && --found->second == 0) per_source.erase(found);
    connections.erase(connection.number());
    if (stopping && connections.empty()) ticker.cancel();
  }

  const config::Console settings_;
  const Router& router_;
  const ServerLimits limits_;
  std::shared_ptr<smtp::tls::Context> tls;
  asio::io_context loop;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard{asio::make_work_guard(loop)};
  tcp::acceptor acceptor{loop};
  tcp::endpoint peer;
  asio::steady_timer ticker{loop}, backoff{loop};
  std::map<uint64_t, std::shared_ptr<Connection>> connections;   // oldest first
  std::map<std::string, size_t> per_source;
  uint64_t last_number = 0;
  size_t busy = 0;             // questions on threads, and those that wait for one
  bool large_body = false;     // bodies that fill memory come one at a time
  bool stopping = false;
  Connection::Clock::time_point stop_deadline;
  std::optional<Connection::Clock::time_point> said_crowded;
  asio::thread_pool threads{kThreads};
  std::thread thread;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Server>> Server::start(const config::Console& settings, const Router& router, const ServerLimits& limits) {
  auto impl = std::make_unique<Impl>(settings, router, limits);
  if (const Status opened = impl->open(); !opened) return opened.error();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

uint16_t Server::port() const { return impl_->acceptor.local_endpoint().port(); }

Server::~Server() {
  asio::post(impl_->loop, [impl = impl_.get()] { impl->stop(); });
  impl_->thread.join();
  impl_->threads.join();
}

}  // namespace mugai::gateway::web
