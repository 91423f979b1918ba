#include "gateway/relay/smtp_transport.h"

#include <asio/io_context.hpp>
#include <asio/post.hpp>

namespace mugai::gateway {

namespace {

smtp::NextHop next_hop_of(const config::NextHop& from) {
  smtp::NextHop out;
  switch (from.kind) {
    case config::NextHop::Kind::smtp: out.kind = smtp::NextHop::Kind::smtp; break;
    case config::NextHop::Kind::lmtp: out.kind = smtp::NextHop::Kind::lmtp; break;
    case config::NextHop::Kind::maildir: out.kind = smtp::NextHop::Kind::maildir; break;
  }
  out.host = from.host;
  out.port = from.port;
  out.path = from.path;
  return out;
}

smtp::TlsPolicy policy_of(config::TlsOut from) {
  switch (from) {
    case config::TlsOut::none: return smtp::TlsPolicy::none;
    case config::TlsOut::opportunistic: return smtp::TlsPolicy::opportunistic;
    case config::TlsOut::required: return smtp::TlsPolicy::required;
    case config::TlsOut::verified: break;
  }
  return smtp::TlsPolicy::verified;
}

smtp::ClientConfig client_config(const config::Config& config, const config::Zone& zone) {
  smtp::ClientConfig out;
  out.hello = config.node.hostname;
  out.tls = policy_of(zone.tls_out);
  out.ca_file = zone.tls_out_ca;
  out.timeouts.connect = config.queue.connect_timeout;
  out.timeouts.greeting = config.queue.reply_timeout;
  out.timeouts.command = config.queue.reply_timeout;
  out.timeouts.data_start = config.queue.reply_timeout;
  out.timeouts.data_end = config.queue.data_reply_timeout;
  out.max_connections_per_destination = config.queue.max_connections_per_hop;
  return out;
}

// Clients with equal keys are equal; after a reload with other values new ones are made.
std::string key_of(const config::Config& config, const config::Zone& zone) {
  const config::Queue& queue = config.queue;
  return config.node.hostname + "|" + std::to_string(static_cast<int>(zone.tls_out)) + "|" + zone.tls_out_ca + "|" +
         std::to_string(queue.connect_timeout.count()) + "|" + std::to_string(queue.reply_timeout.count()) + "|" +
         std::to_string(queue.data_reply_timeout.count()) + "|" + std::to_string(queue.max_connections_per_hop);
}

constexpr std::chrono::seconds kSilence{15};

// Nobody was reached, or the connection died or timed out (RFC 3463 §3.5: 4.4.x) for every recipient.
bool is_silence(const std::vector<smtp::RecipientResult>& results) {
  return !results.empty() && std::all_of(results.begin(), results.end(), [](const smtp::RecipientResult& result) {
    return result.state == smtp::RecipientResult::State::deferred &&
           (result.remote.empty() || result.reply.enhanced.starts_with("4.4."));
  });
}

}  // namespace

void SmtpTransport::defer(size_t recipients, smtp::Reply reply, Done done) {
  smtp::RecipientResult result;
  result.reply = std::move(reply);
  asio::post(loop_, [done = std::move(done), results = std::vector<smtp::RecipientResult>(recipients, result)] {
    done(results);
  });
}

void SmtpTransport::deliver(const config::Zone& zone, const smtp::Envelope& envelope, std::string_view message,
                            Done done) {
  const std::shared_ptr<const config::Config> config = config_();
  const std::string next_hop = zone.next_hop.to_string();
  if (const auto silent = silent_until_->find(next_hop); silent != silent_until_->end()) {
    if (Clock::now() < silent->second)
      return defer(envelope.recipients.size(), {451, "4.4.1", "The next hop did not answer a moment ago"}, std::move(done));
    silent_until_->erase(silent);
  }
  std::unique_ptr<smtp::Client>& client = clients_[key_of(*config, zone)];
  if (!client) {
    Result<std::unique_ptr<smtp::Client>> made = smtp::Client::create(loop_, client_config(*config, zone));
    if (!made) return defer(envelope.recipients.size(), {451, "4.3.5", made.error().text}, std::move(done));
    client = std::move(*made);
  }
  client->deliver(next_hop_of(zone.next_hop), envelope, message,
                  [done = std::move(done), next_hop, silent_until = silent_until_](std::vector<smtp::RecipientResult> results) {
                    if (is_silence(results)) (*silent_until)[next_hop] = Clock::now() + kSilence;
                    done(std::move(results));
                  });
}

}  // namespace mugai::gateway
