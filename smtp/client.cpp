#include "smtp/client.h"

#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "smtp/client_connection.h"
#include "smtp/maildir.h"
#include "smtp/replies.h"

namespace mugai::smtp {
namespace {

using Clock = std::chrono::steady_clock;
using asio::ip::tcp;

// One address of a next hop, and how results call it.
struct Target {
  asio::generic::stream_protocol::endpoint endpoint;
  std::string name;
};

// A delivery that has no connection yet: the addresses of its next hop are tried in order.
struct Attempt {
  explicit Attempt(asio::io_context& loop) : socket(loop) {}
  std::shared_ptr<Delivery> delivery;
  std::string key;
  std::vector<Target> targets;
  size_t current = 0;
  bool without_tls = false;  // the handshake failed here before, and the policy is opportunistic
  Channel::Socket socket;
  Clock::time_point deadline = Clock::time_point::max();
  std::vector<RecipientResult> results;  // of the last address that was tried
};

std::vector<RecipientResult> all_deferred(const Delivery& delivery, const Reply& reply,
                                          const std::string& remote) {
  RecipientResult result;
  result.reply = reply;
  result.remote = remote;
  return std::vector<RecipientResult>(delivery.envelope.recipients.size(), result);
}

Target tcp_target(const std::string& host, const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const std::string name =
      (host == address ? "" : host) + "[" + address + "]:" + std::to_string(endpoint.port());
  return {endpoint, name};
}

}  // namespace

struct Client::Impl : ClientConnection::Owner, std::enable_shared_from_this<Impl> {
  struct Destination {
    std::deque<std::shared_ptr<Delivery>> waiting;
    std::vector<std::shared_ptr<ClientConnection>> idle;  // the last one was used last
    size_t slots = 0;                                     // attempts and connections
    std::unordered_map<ClientConnection*, std::shared_ptr<Attempt>>
        first;  // connections in their first delivery
  };

  Impl(asio::io_context& loop, ClientConfig config, std::shared_ptr<tls::Context> context)
      : loop(loop), config(std::move(config)), context(std::move(context)), resolver(loop), timer(loop) {}

  void delivery_over(ClientConnection& connection, ClientConnection::Outcome outcome) override;
  void connection_free(ClientConnection& connection) override;
  void connection_closed(ClientConnection& connection) override;

  void dispatch(const std::string& key);
  void start_attempt(const std::string& key, std::shared_ptr<Delivery> delivery);
  void resolve(const std::shared_ptr<Attempt>& attempt);
  void connect(const std::shared_ptr<Attempt>& attempt);
  void connected(const std::shared_ptr<Attempt>& attempt);
  void exhausted(const std::shared_ptr<Attempt>& attempt, const Reply& why);
  void finish(const std::shared_ptr<Delivery>& delivery, std::vector<RecipientResult> results);
  void arm_tick();
  void tick();
  void shut_down();

  asio::io_context& loop;
  const ClientConfig config;
  const std::shared_ptr<tls::Context> context;
  tcp::resolver resolver;
  asio::steady_timer timer;
  bool ticking = false, down = false;
  std::unordered_map<std::string, Destination> destinations;
  std::unordered_set<std::shared_ptr<ClientConnection>> connections;
  std::unordered_set<std::shared_ptr<Attempt>> attempts;
};

void Client::Impl::dispatch(const std::string& key) {
  Destination& destination = destinations[key];
  while (!destination.waiting.empty()) {
    std::shared_ptr<ClientConnection> reusable;
    while (!destination.idle.empty() && !reusable) {
      reusable = std::move(destination.idle.back());
      destination.idle.pop_back();
      if (!reusable->available()) reusable.reset();
    }
    if (!reusable && destination.slots >= config.max_connections_per_destination) return;
    const auto delivery = std::move(destination.waiting.front());
    destination.waiting.pop_front();
    if (reusable)
      reusable->deliver(delivery);
    else
      start_attempt(key, delivery);
  }
  if (destination.slots == 0) destinations.erase(key);
}

void Client::Impl::start_attempt(const std::string& key, std::shared_ptr<Delivery> delivery) {
  const auto attempt = std::make_shared<Attempt>(loop);
  attempt->delivery = std::move(delivery);
  attempt->key = key;
  attempt->deadline = Clock::now() + config.timeouts.connect;
  attempts.insert(attempt);
  ++destinations[key].slots;
  arm_tick();
  resolve(attempt);
}

void Client::Impl::resolve(const std::shared_ptr<Attempt>& attempt) {
  const NextHop& hop = attempt->delivery->next_hop;
  if (hop.kind == NextHop::Kind::lmtp_unix) {
    attempt->targets.push_back({asio::local::stream_protocol::endpoint(hop.path), hop.path});
    return connect(attempt);
  }
  asio::error_code error;
  const auto address = asio::ip::make_address(hop.host, error);
  if (!error) {
    attempt->targets.push_back(tcp_target(hop.host, {address, hop.port}));
    return connect(attempt);
  }
  resolver.async_resolve(
      hop.host, std::to_string(hop.port), tcp::resolver::numeric_service,
      [weak = weak_from_this(), attempt](const asio::error_code& error,
                                         const tcp::resolver::results_type& found) {
        const auto self = weak.lock();
        if (!self || !self->attempts.count(attempt)) return;
        if (error) {
          Reply why = replies::kNoSuchHost;
          why.text += ": " + error.message();
          return self->exhausted(attempt, why);
        }
        for (const auto& entry : found)
          attempt->targets.push_back(tcp_target(attempt->delivery->next_hop.host, entry.endpoint()));
        self->connect(attempt);
      });
}

void Client::Impl::connect(const std::shared_ptr<Attempt>& attempt) {
  if (attempt->current >= attempt->targets.size()) return exhausted(attempt, replies::kCannotConnect);
  attempt->deadline = Clock::now() + config.timeouts.connect;
  attempt->socket = Channel::Socket(loop);
  attempt->socket.async_connect(
      attempt->targets[attempt->current].endpoint,
      [weak = weak_from_this(), attempt](const asio::error_code& error) {
        const auto self = weak.lock();
        if (!self || !self->attempts.count(attempt)) return;
        if (!error && attempt->socket.is_open()) return self->connected(attempt);
        Reply why = replies::kCannotConnect;
        why.text += error == asio::error::operation_aborted ? ": timed out" : ": " + error.message();
        attempt->results = all_deferred(*attempt->delivery, why, attempt->targets[attempt->current].name);
        ++attempt->current;
        self->connect(attempt);
      });
}

// The attempt's slot goes to the connection.
void Client::Impl::connected(const std::shared_ptr<Attempt>& attempt) {
  attempts.erase(attempt);
  const NextHop& hop = attempt->delivery->next_hop;
  asio::error_code ignored;
  if (hop.kind != NextHop::Kind::lmtp_unix) attempt->socket.set_option(tcp::no_delay(true), ignored);
  const TlsPolicy policy = attempt->without_tls ? TlsPolicy::none : config.tls;
  const auto connection =
      std::make_shared<ClientConnection>(std::move(attempt->socket), shared_from_this(), config, context, hop,
                                         attempt->targets[attempt->current].name, policy);
  connections.insert(connection);
  destinations[attempt->key].first[connection.get()] = attempt;
  connection->deliver(attempt->delivery);
}

void Client::Impl::exhausted(const std::shared_ptr<Attempt>& attempt, const Reply& why) {
  attempts.erase(attempt);
  --destinations[attempt->key].slots;
  finish(attempt->delivery,
         attempt->results.empty() ? all_deferred(*attempt->delivery, why, "") : std::move(attempt->results));
  dispatch(attempt->key);
}

void Client::Impl::delivery_over(ClientConnection& connection, ClientConnection::Outcome outcome) {
  if (down) return;
  Destination& destination = destinations[connection.key()];
  std::shared_ptr<Attempt> attempt;
  if (const auto found = destination.first.find(&connection); found != destination.first.end()) {
    attempt = found->second;
    destination.first.erase(found);
  }
  if (!outcome.untouched) return finish(outcome.delivery, std::move(outcome.results));
  // A connection that was kept and had died meanwhile says nothing about the next hop.
  if (!attempt) return start_attempt(connection.key(), outcome.delivery);
  if (outcome.tls_failed && config.tls == TlsPolicy::opportunistic && !attempt->without_tls) {
    attempt->without_tls = true;
  } else {
    attempt->without_tls = false;
    ++attempt->current;
  }
  attempt->results = std::move(outcome.results);
  attempts.insert(attempt);
  ++destination.slots;
  connect(attempt);
}

void Client::Impl::connection_free(ClientConnection& connection) {
  if (down) return;
  Destination& destination = destinations[connection.key()];
  if (connection.deliveries() >= config.max_deliveries_per_connection) return connection.retire();
  if (config.idle_reuse.count() == 0 && destination.waiting.empty()) return connection.retire();
  destination.idle.push_back(std::static_pointer_cast<ClientConnection>(connection.shared_from_this()));
  connection.keep_until(Clock::now() + config.idle_reuse);
  if (destination.waiting.empty()) return;
  asio::post(loop, [weak = weak_from_this(), key = connection.key()] {
    if (const auto self = weak.lock(); self && !self->down) self->dispatch(key);
  });
}

void Client::Impl::connection_closed(ClientConnection& connection) {
  if (down) return;
  const auto self = std::static_pointer_cast<ClientConnection>(connection.shared_from_this());
  Destination& destination = destinations[connection.key()];
  destination.idle.erase(std::remove(destination.idle.begin(), destination.idle.end(), self),
                         destination.idle.end());
  --destination.slots;
  connections.erase(self);
  dispatch(connection.key());
}

void Client::Impl::finish(const std::shared_ptr<Delivery>& delivery, std::vector<RecipientResult> results) {
  asio::post(loop, [weak = weak_from_this(), delivery, results = std::move(results)]() mutable {
    const auto self = weak.lock();
    if (self && !self->down) delivery->done(std::move(results));
  });
}

void Client::Impl::arm_tick() {
  if (ticking || down || (connections.empty() && attempts.empty())) return;
  ticking = true;
  const ClientTimeouts& t = config.timeouts;
  const auto shortest = std::min({t.connect, t.handshake, t.greeting, t.command, t.data_start, t.data_block,
                                  t.data_end, std::max(config.idle_reuse, std::chrono::milliseconds(1000))});
  using std::chrono::milliseconds;
  timer.expires_after(std::clamp(shortest / 4, milliseconds(10), milliseconds(1000)));
  timer.async_wait([weak = weak_from_this()](const asio::error_code& error) {
    const auto self = weak.lock();
    if (!self) return;
    self->ticking = false;
    if (!error) self->tick();
    self->arm_tick();
  });
}

void Client::Impl::tick() {
  const Clock::time_point now = Clock::now();
  for (const auto& attempt : attempts) {
    if (now < attempt->deadline) continue;
    asio::error_code ignored;
    attempt->socket.close(ignored);  // its handler goes on to the next address
    attempt->deadline = Clock::time_point::max();
  }
  const std::vector<std::shared_ptr<ClientConnection>> all(connections.begin(), connections.end());
  for (const auto& connection : all) connection->check_time(now);
}

void Client::Impl::shut_down() {
  down = true;
  resolver.cancel();
  timer.cancel();
  asio::error_code ignored;
  for (const auto& attempt : attempts) attempt->socket.close(ignored);
  attempts.clear();
  for (const auto& connection : connections) connection->close_now();
  connections.clear();
  destinations.clear();
}

Client::Client(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() {
  impl_->shut_down();
}

Result<std::unique_ptr<Client>> Client::create(asio::io_context& loop, ClientConfig config) {
  auto context = tls::Context::client(config.tls == TlsPolicy::verified ? config.ca_file : "");
  if (!context) return context.error();
  return std::unique_ptr<Client>(new Client(std::make_shared<Impl>(loop, std::move(config), *context)));
}

void Client::deliver(const NextHop& next_hop, Envelope envelope, std::string_view message, Done done) {
  const auto delivery =
      std::make_shared<Delivery>(Delivery{next_hop, std::move(envelope), message, std::move(done)});
  if (next_hop.kind == NextHop::Kind::maildir) {
    asio::post(impl_->loop, [impl = impl_, delivery] {
      if (impl->down) return;
      delivery->done(deliver_to_maildir(delivery->next_hop.path, delivery->envelope, delivery->message,
                                        impl->config.hello));
    });
    return;
  }
  const std::string key = next_hop.text();
  impl_->destinations[key].waiting.push_back(delivery);
  impl_->dispatch(key);
}

size_t Client::waiting() const {
  size_t count = 0;
  for (const auto& [key, destination] : impl_->destinations) count += destination.waiting.size();
  return count;
}

size_t Client::connections() const {
  return impl_->connections.size() + impl_->attempts.size();
}

}  // namespace mugai::smtp
