#include "smtp/server_connection.h"

#include "smtp/proxy_protocol.h"
#include "smtp/replies.h"

namespace mugai::smtp {

ServerConnection::ServerConnection(Socket socket, std::shared_ptr<Owner> owner,
                                   std::shared_ptr<const Generation> generation, MailHandler& handler,
                                   ClientInfo peer)
    : Channel(std::move(socket)),
      owner_(std::move(owner)),
      generation_(std::move(generation)),
      handler_(handler),
      peer_(std::move(peer)) {}

void ServerConnection::start() {
  const ListenerConfig& config = generation_->config;
  if (!owner_->has_room()) return turn_away(replies::kServerFull);
  if (!in_any(config.proxy_peers, peer_.address)) return begin_session({});
  awaiting_proxy_header_ = true;
  deadline_ = Clock::now() + config.timeouts.handshake;
  read();
}

void ServerConnection::check_time(Clock::time_point now) {
  if (closing()) {
    if (now >= linger_deadline_) close_now();
    return;
  }
  if (session_ && session_->stage() == ServerSession::Stage::commit)
    return;  // the gateway's own time-outs rule
  if (now < deadline_ && (!in_message_ || now < message_deadline_)) return;
  if (!session_ || securing_) {
    last_word_ = securing_ ? "TLS handshake timed out" : "PROXY header timed out";
    return close_now();
  }
  apply(session_->refuse(replies::kTimeout));
}

void ServerConnection::stop(bool at_once) {
  if (closing()) return;
  if (!session_ || securing_) return close_now();
  if (at_once || !session_->in_transaction()) apply(session_->refuse(replies::kShuttingDown));
}

void ServerConnection::abandon() {
  abandoned_ = true;
  session_.reset();
  close_now();
}

void ServerConnection::received(Bytes untrusted) {
  if (awaiting_proxy_header_) return take_proxy_header(untrusted);
  if (session_) apply(session_->receive(untrusted));
}

void ServerConnection::secured(const tls::Stream* stream, const std::string& error) {
  if (stream == nullptr) {
    last_word_ = "TLS: " + error;
    return close_now();
  }
  securing_ = false;
  apply(session_->tls_established(stream->protocol(), stream->cipher()));
}

void ServerConnection::closed() {
  if (abandoned_) return;
  if (counted_) owner_->leave(peer_.address);
  SessionEnd end;
  end.messages = session_ ? session_->messages_accepted() : 0;
  end.errors = session_ ? session_->errors() : 0;
  end.reason = last_word_.empty() ? "closed by the client" : last_word_;
  handler_.ended(session_ ? session_->client() : peer_, end);
  session_.reset();
  owner_->connection_closed(*this);
}

void ServerConnection::take_proxy_header(Bytes untrusted) {
  proxy_bytes_ += untrusted;
  const ProxyHeader header = parse_proxy_header(proxy_bytes_);
  switch (header.kind) {
    case ProxyHeader::Kind::more:
      return;
    case ProxyHeader::Kind::proxied:
      peer_.address = header.address;
      peer_.port = header.port;
      break;
    case ProxyHeader::Kind::local:
      break;
    default:
      last_word_ = "no PROXY header, or a malformed one";
      return close_now();
  }
  awaiting_proxy_header_ = false;
  begin_session(std::exchange(proxy_bytes_, {}).substr(header.length));
}

void ServerConnection::begin_session(Bytes untrusted_first) {
  counted_ = owner_->enter(peer_.address, generation_->config.max_connections_per_client);
  if (!counted_) return turn_away(replies::kTooManyConnections);
  session_ = std::make_unique<ServerSession>(generation_->policy, handler_, peer_, [this] {
    if (!closing()) apply(session_->resume());
  });
  apply(session_->greet());
  if (!untrusted_first.empty() && !closing()) apply(session_->receive(untrusted_first));
}

void ServerConnection::apply(ServerSession::Next next) {
  const std::string output = session_->take_output();
  set_deadlines(!output.empty());
  send(output);
  if (closing()) return;
  switch (next) {
    case ServerSession::Next::read:
      if (owner_->is_stopping()) stop(false);
      if (!closing()) read();
      return;
    case ServerSession::Next::wait:
      return pause();
    case ServerSession::Next::start_tls:
      pause();
      securing_ = true;
      deadline_ = Clock::now() + generation_->config.timeouts.handshake;
      return start_tls(generation_->config.tls, tls::Stream::Role::server);
    case ServerSession::Next::close: {
      const size_t line = output.size() < 2 ? std::string::npos : output.rfind("\r\n", output.size() - 3);
      const size_t begin = line == std::string::npos ? 0 : line + 2;
      last_word_ = output.substr(begin, output.size() - begin - std::min<size_t>(2, output.size()));
      return finish();
    }
  }
}

// A client that sends a command byte by byte is not answered meanwhile, so its deadline stays where it is.
void ServerConnection::set_deadlines(bool answered) {
  const ServerTimeouts& timeouts = generation_->config.timeouts;
  const Clock::time_point now = Clock::now();
  const bool in_message = session_->in_message();
  if (in_message && !in_message_) message_deadline_ = now + timeouts.whole_data;
  in_message_ = in_message;
  if (session_->stage() == ServerSession::Stage::content)
    deadline_ = now + timeouts.data_block;
  else if (answered)
    deadline_ = now + timeouts.command;
}

void ServerConnection::turn_away(const Reply& reply) {
  last_word_ = to_line(reply);
  send(to_wire(reply));
  finish();
}

void ServerConnection::finish() {
  linger_deadline_ = Clock::now() + generation_->config.timeouts.linger;
  close_gently();
}

}  // namespace mugai::smtp
