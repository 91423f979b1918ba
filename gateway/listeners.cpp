#include "gateway/listeners.h"

#include "config/routing.h"

namespace mugai::gateway {

namespace {

smtp::Network network_of(const config::Cidr& cidr) {
  // Both sides write networks in the same notation; one that the configuration took is one.
  return smtp::Network::parse(cidr.to_string()).value_or(smtp::Network());
}

const config::Zone* owner_of(const config::Config& config, const config::Endpoint& endpoint) {
  for (const config::Zone& zone : config.zones)
    if (std::find(zone.listen.begin(), zone.listen.end(), endpoint) != zone.listen.end()) return &zone;
  return nullptr;
}

}  // namespace

Result<std::vector<smtp::ListenerConfig>> listener_configs(const config::Config& config) {
  std::vector<smtp::ListenerConfig> out;
  for (const config::Endpoint& endpoint : config::listeners(config)) {
    // Zones that share an address share its rules: those of the first in the file.
    const config::Zone* zone = owner_of(config, endpoint);
    if (!zone) continue;
    smtp::ListenerConfig one;
    one.listen = {endpoint.to_string()};
    one.policy.hostname = config.node.hostname;
    one.policy.listener = endpoint.to_string();
    one.policy.limits = config.limits;
    one.policy.max_errors = config.smtp.max_errors;
    one.policy.require_tls = zone->tls.required;
    one.policy.bare_newline = zone->bare_newline == config::BareNewline::normalise ? smtp::BareNewline::normalise
                                                                                   : smtp::BareNewline::reject;
    for (const config::Cidr& cidr : zone->bare_newline_exempt) one.policy.normalise_clients.push_back(network_of(cidr));
    for (const config::Zone& sharing : config.zones)
      if (std::find(sharing.listen.begin(), sharing.listen.end(), endpoint) != sharing.listen.end())
        for (const config::Cidr& cidr : sharing.proxy_protocol) one.proxy_peers.push_back(network_of(cidr));
    one.max_connections = config.smtp.max_connections;
    one.max_connections_per_client = config.smtp.max_connections_per_client;
    one.timeouts.command = config.smtp.command_timeout;
    one.timeouts.data_block = config.smtp.data_timeout;
    one.timeouts.whole_data = config.smtp.message_timeout;
    if (zone->tls.offered()) {
      Result<std::shared_ptr<smtp::tls::Context>> context =
          smtp::tls::Context::server(zone->tls.certificate, zone->tls.key);
      if (!context) return context.error();
      one.tls = std::move(*context);
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace mugai::gateway
