#include "smtp/client_connection.h"

#include <asio/ip/address.hpp>
#include <asio/post.hpp>

#include "smtp/replies.h"

namespace mugai::smtp {
namespace {

constexpr int kBlocksPerTurn = 16;  // of 64 KB; then others have their turn on the loop
constexpr std::chrono::seconds kQuitTimeout{5};

bool is_ip_address(const std::string& host) {
  asio::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

ClientConnection::ClientConnection(Socket socket, std::shared_ptr<Owner> owner, const ClientConfig& config,
                                   std::shared_ptr<tls::Context> context, const NextHop& next_hop,
                                   std::string remote, TlsPolicy policy)
    : Channel(std::move(socket)),
      owner_(std::move(owner)),
      config_(config),
      context_(std::move(context)),
      key_(next_hop.text()),
      host_(next_hop.host),
      policy_(policy),
      session_({next_hop.kind != NextHop::Kind::smtp, config.hello, std::move(remote), policy}) {
  read_while_sending();
}

void ClientConnection::deliver(std::shared_ptr<Delivery> delivery) {
  delivery_ = std::move(delivery);
  free_ = false;
  ++deliveries_;
  apply(session_.begin(delivery_->envelope, delivery_->message));
}

void ClientConnection::keep_until(Clock::time_point deadline) {
  deadline_ = deadline;
  read();  // to notice when the next hop closes
}

void ClientConnection::retire() {
  free_ = false;
  apply(session_.quit());
  deadline_ = Clock::now() + kQuitTimeout;
}

void ClientConnection::check_time(Clock::time_point now) {
  if (now < deadline_) return;
  if (closing() || !delivery_) return free_ ? retire() : close_now();
  apply(session_.lost(replies::kNextHopTimeout));
}

void ClientConnection::secured(const tls::Stream* stream, const std::string&) {
  tls_failed_ = stream == nullptr;
  apply(tls_failed_ ? session_.lost(replies::kTlsFailed) : session_.tls_established());
}

void ClientConnection::closed() {
  session_.lost(replies::kConnectionLost);
  conclude(true);
  owner_->connection_closed(*this);
}

void ClientConnection::apply(ClientSession::Next next) {
  switch (next) {
    case ClientSession::Next::read:
      set_deadline();
      read();
      return send_output();
    case ClientSession::Next::start_tls:
      pause();
      deadline_ = Clock::now() + config_.timeouts.handshake;
      return start_tls(context_, tls::Stream::Role::client, is_ip_address(host_) ? "" : host_,
                       policy_ == TlsPolicy::verified ? host_ : "");
    case ClientSession::Next::idle:
      free_ = true;
      conclude(false);
      return owner_->connection_free(*this);
    case ClientSession::Next::close:
      conclude(true);
      return close_now();
  }
}

void ClientConnection::send_output() {
  if (std::exchange(sending_, true)) return;
  int blocks = 0;
  while (!has_unsent() && !closing() && blocks < kBlocksPerTurn) {
    const std::string output = session_.take_output();
    if (output.empty()) break;
    send(output);
    set_deadline();
    ++blocks;
  }
  sending_ = false;
  if (blocks == kBlocksPerTurn && !has_unsent())
    asio::post(executor(), [self = std::static_pointer_cast<ClientConnection>(shared_from_this())] {
      self->send_output();
    });
}

void ClientConnection::conclude(bool connection_ended) {
  Outcome outcome;
  outcome.delivery = std::exchange(delivery_, nullptr);
  if (!outcome.delivery) return;
  outcome.results = session_.take_results();
  outcome.untouched = connection_ended && !session_.transaction_answered();
  outcome.tls_failed = tls_failed_;
  owner_->delivery_over(*this, std::move(outcome));
}

void ClientConnection::set_deadline() {
  const ClientTimeouts& timeouts = config_.timeouts;
  const auto timeout = [&] {
    switch (session_.stage()) {
      case ClientSession::Stage::greeting:
        return timeouts.greeting;
      case ClientSession::Stage::data_start:
        return timeouts.data_start;
      case ClientSession::Stage::data_block:
        return timeouts.data_block;
      case ClientSession::Stage::data_end:
        return timeouts.data_end;
      default:
        return timeouts.command;
    }
  };
  deadline_ = Clock::now() + timeout();
}

}  // namespace mugai::smtp
