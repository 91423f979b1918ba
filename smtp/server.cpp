#include "smtp/server.h"

#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <unordered_map>
#include <unordered_set>

#include "smtp/server_connection.h"

namespace mugai::smtp {
namespace {

using Clock = std::chrono::steady_clock;
using asio::ip::tcp;

// Without a scope ("fe80::1%eth0"): what networks and keys are compared with.
std::string address_text(const asio::ip::address& address) {
  const asio::ip::address plain =
      address.is_v6() ? asio::ip::address_v6(address.to_v6().to_bytes()) : address;
  return canonical_address(plain.to_string()).value_or("");
}

std::shared_ptr<const Generation> make_generation(ListenerConfig config) {
  config.policy.offer_starttls = config.tls != nullptr;
  auto generation = std::make_shared<Generation>();
  generation->policy = std::make_shared<ServerPolicy>(config.policy);
  generation->config = std::move(config);
  return generation;
}

struct Listening {
  Listening(asio::io_context& loop, std::string text)
      : text(std::move(text)), acceptor(loop), backoff(loop) {}
  void close() {
    asio::error_code ignored;
    acceptor.close(ignored);
    backoff.cancel();
  }
  const std::string text;  // as configured
  tcp::acceptor acceptor;
  asio::steady_timer backoff;
};

}  // namespace

struct Server::Impl : ServerConnection::Owner, std::enable_shared_from_this<Impl> {
  Impl(asio::io_context& loop, MailHandler& handler) : loop(loop), handler(handler), timer(loop) {}

  Result<std::shared_ptr<Listening>> bind(const std::string& text);
  Status listen(ListenerConfig config);
  void accept(const std::shared_ptr<Listening>& listening);
  void accepted(Channel::Socket socket, const tcp::endpoint& peer);
  bool has_room() const override { return connections.size() <= generation->config.max_connections; }
  bool is_stopping() const override { return stopping; }
  bool enter(const std::string& address, size_t max_per_client) override;
  void leave(const std::string& address) override;
  void connection_closed(ServerConnection& connection) override;
  void tick();
  void arm_tick();
  void shut_down();

  asio::io_context& loop;
  MailHandler& handler;
  std::shared_ptr<const Generation> generation;
  std::vector<std::shared_ptr<Listening>> listeners;
  std::unordered_set<std::shared_ptr<ServerConnection>> connections;
  std::unordered_map<std::string, size_t> per_client;
  asio::steady_timer timer;
  bool ticking = false;
  bool stopping = false;
  Clock::time_point stop_deadline;
  std::function<void()> stopped;
};

Result<std::shared_ptr<Listening>> Server::Impl::bind(const std::string& text) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint) return endpoint.error();
  const auto refuse = [&](const std::string& why, const asio::error_code& error) {
    return Error{"listen.failed", "Cannot listen on " + text + ": " + why, error.message()};
  };
  asio::error_code error;
  const auto address = asio::ip::make_address(endpoint->host, error);
  if (error) return refuse("give an IP address, not a name", error);
  auto listening = std::make_shared<Listening>(loop, text);
  tcp::acceptor& acceptor = listening->acceptor;
  const tcp::endpoint local(address, endpoint->port);
  acceptor.open(local.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && address.is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(local, error);
  if (!error) acceptor.listen(1024, error);
  if (error == asio::error::address_in_use) return refuse("another program has this port", error);
  if (error == asio::error::access_denied) return refuse("ports below 1024 need CAP_NET_BIND_SERVICE", error);
  if (error) return refuse(error.message(), error);
  return listening;
}

Status Server::Impl::listen(ListenerConfig config) {
  std::vector<std::shared_ptr<Listening>> wanted;
  std::vector<std::shared_ptr<Listening>> fresh;
  for (const std::string& text : config.listen) {
    std::shared_ptr<Listening> found;
    for (const auto& existing : listeners)
      if (existing->text == text) found = existing;
    if (!found) {
      auto bound = bind(text);
      if (!bound) return bound.error();
      found = *bound;
      fresh.push_back(found);
    }
    wanted.push_back(found);
  }
  for (const auto& existing : listeners)
    if (std::find(wanted.begin(), wanted.end(), existing) == wanted.end()) existing->close();
  listeners = std::move(wanted);
  generation = make_generation(std::move(config));
  for (const auto& listening : fresh) accept(listening);
  return Ok{};
}

void Server::Impl::accept(const std::shared_ptr<Listening>& listening) {
  auto peer = std::make_shared<tcp::endpoint>();
  listening->acceptor.async_accept(
      *peer, [self = weak_from_this(), listening, peer](const asio::error_code& error, tcp::socket socket) {
        const auto server = self.lock();
        if (!server || !listening->acceptor.is_open()) return;
        if (!error) {
          server->accepted(std::move(socket), *peer);
          return server->accept(listening);
        }
        if (error == asio::error::connection_aborted) return server->accept(listening);
        // Out of descriptors or memory: to try again at once would only burn the processor.
        listening->backoff.expires_after(std::chrono::milliseconds(100));
        listening->backoff.async_wait([self, listening](const asio::error_code&) {
          const auto again = self.lock();
          if (again && listening->acceptor.is_open()) again->accept(listening);
        });
      });
}

void Server::Impl::accepted(Channel::Socket socket, const tcp::endpoint& peer) {
  asio::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  ClientInfo client;
  client.address = address_text(peer.address());
  client.port = peer.port();
  const auto connection = std::make_shared<ServerConnection>(std::move(socket), shared_from_this(),
                                                             generation, handler, std::move(client));
  connections.insert(connection);
  connection->start();
  arm_tick();
}

bool Server::Impl::enter(const std::string& address, size_t max_per_client) {
  size_t& count = per_client[address];
  if (count >= max_per_client) {
    if (count == 0) per_client.erase(address);
    return false;
  }
  ++count;
  return true;
}

void Server::Impl::leave(const std::string& address) {
  const auto found = per_client.find(address);
  if (found != per_client.end() && --found->second == 0) per_client.erase(found);
}

void Server::Impl::connection_closed(ServerConnection& connection) {
  connections.erase(std::static_pointer_cast<ServerConnection>(connection.shared_from_this()));
  if (stopping && connections.empty() && stopped) std::exchange(stopped, nullptr)();
}

// One coarse clock for all connections: a timer of its own for each would cost more memory than the rest of
// it.
void Server::Impl::arm_tick() {
  if (ticking || connections.empty()) return;
  ticking = true;
  const ServerTimeouts& timeouts = generation->config.timeouts;
  const auto shortest = std::min(
      {timeouts.command, timeouts.data_block, timeouts.whole_data, timeouts.handshake, timeouts.linger});
  using std::chrono::milliseconds;
  timer.expires_after(std::clamp(shortest / 4, milliseconds(10), milliseconds(1000)));
  timer.async_wait([self = weak_from_this()](const asio::error_code& error) {
    const auto server = self.lock();
    if (!server) return;
    server->ticking = false;
    if (!error) server->tick();
    server->arm_tick();
  });
}

void Server::Impl::tick() {
  const Clock::time_point now = Clock::now();
  const bool stop_now = stopping && now >= stop_deadline;
  // check_time() never erases from the set: connections leave by a posted closed().
  for (const auto& connection : connections) {
    connection->check_time(now);
    if (stop_now) connection->stop(true);
  }
}

void Server::Impl::shut_down() {
  for (const auto& listening : listeners) listening->close();
  listeners.clear();
  for (const auto& connection : connections) connection->abandon();
  connections.clear();
  timer.cancel();
}

Server::Server(asio::io_context& loop, ListenerConfig config, MailHandler& handler)
    : impl_(std::make_shared<Impl>(loop, handler)) {
  impl_->generation = make_generation(std::move(config));
}

Server::~Server() {
  impl_->shut_down();
}

Status Server::open() {
  return impl_->listen(impl_->generation->config);
}

Status Server::reconfigure(ListenerConfig config) {
  return impl_->listen(std::move(config));
}

std::vector<Endpoint> Server::endpoints() const {
  std::vector<Endpoint> all;
  for (const auto& listening : impl_->listeners) {
    asio::error_code ignored;
    const auto local = listening->acceptor.local_endpoint(ignored);
    all.push_back({local.address().to_string(), local.port()});
  }
  return all;
}

void Server::stop(std::chrono::milliseconds grace, std::function<void()> done) {
  for (const auto& listening : impl_->listeners) listening->close();
  impl_->listeners.clear();
  impl_->stopping = true;
  impl_->stop_deadline = Clock::now() + grace;
  impl_->stopped = std::move(done);
  if (impl_->connections.empty()) {
    asio::post(impl_->loop, [impl = impl_] {
      if (impl->stopped) std::exchange(impl->stopped, nullptr)();
    });
    return;
  }
  for (const auto& connection : impl_->connections) connection->stop(false);
}

size_t Server::connections() const {
  return impl_->connections.size();
}

}  // namespace mugai::smtp
