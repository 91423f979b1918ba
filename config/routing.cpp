#include "config/routing.h"

#include <algorithm>

#include "config/parse.h"

namespace mugai::config {
namespace {

bool listens_on(const Zone& zone, const Endpoint& listener) {
  return std::find(zone.listen.begin(), zone.listen.end(), listener) != zone.listen.end();
}

bool any_contains(const std::vector<Cidr>& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Cidr& network) { return network.contains(address); });
}

bool matches(const std::vector<std::string>& rules, std::string_view lower_address) {
  if (rules.empty()) return true;
  const size_t at = lower_address.rfind('@');
  const std::string_view domain = at == lower_address.npos ? std::string_view{} : lower_address.substr(at);
  return std::any_of(rules.begin(), rules.end(), [&](const std::string& rule) {
    if (lower_address.empty()) return rule == "<>";
    return rule == lower_address || (rule[0] == '@' && rule == domain);
  });
}

}  // namespace

std::vector<Endpoint> listeners(const Config& config) {
  std::vector<Endpoint> all;
  for (const Zone& zone : config.zones)
    for (const Endpoint& endpoint : zone.listen)
      if (std::find(all.begin(), all.end(), endpoint) == all.end()) all.push_back(endpoint);
  return all;
}

const Zone* zone_of_client(const Config& config, const Endpoint& listener, const IpAddress& client) {
  const Zone* best = nullptr;
  int best_prefix = -1;
  for (const Zone& zone : config.zones) {
    if (!listens_on(zone, listener)) continue;
    if (zone.clients.empty() && !best) best = &zone;
    for (const Cidr& network : zone.clients) {
      if (network.prefix() <= best_prefix || !network.contains(client)) continue;
      best = &zone;
      best_prefix = network.prefix();
    }
  }
  return best;
}

bool is_proxy(const Config& config, const Endpoint& listener, const IpAddress& peer) {
  return std::any_of(config.zones.begin(), config.zones.end(), [&](const Zone& zone) {
    return listens_on(zone, listener) && any_contains(zone.proxy_protocol, peer);
  });
}

const Zone* zone_of_domain(const Config& config, std::string_view untrusted_domain) {
  std::string domain = lower(untrusted_domain);
  if (!domain.empty() && domain.back() == '.') domain.pop_back();
  if (domain.empty()) return nullptr;
  const Zone* best = nullptr;
  size_t best_length = 0;
  for (const Zone& zone : config.zones) {
    for (const std::string& rule : zone.domains) {
      if (rule == domain) return &zone;
      const bool fits = rule == "*" || (rule[0] == '.' && domain.size() > rule.size() &&
                                        domain.compare(domain.size() - rule.size(), rule.size(), rule) == 0);
      if (!fits || rule.size() <= best_length) continue;
      best = &zone;
      best_length = rule.size();
    }
  }
  return best;
}

const Flow* find_flow(const Config& config, const Zone& from, std::string_view untrusted_sender,
                      std::string_view untrusted_recipient) {
  const size_t at = untrusted_recipient.rfind('@');
  if (at == untrusted_recipient.npos) return nullptr;
  const Zone* to = zone_of_domain(config, untrusted_recipient.substr(at + 1));
  if (!to) return nullptr;
  std::string sender = lower(untrusted_sender), recipient = lower(untrusted_recipient);
  // "a@b." and "a@b" are one mailbox: a rule must not be dodged by a dot.
  for (std::string* address : {&sender, &recipient})
    if (!address->empty() && address->back() == '.') address->pop_back();
  for (const Flow& flow : config.flows)
    if (flow.from == from.name && flow.to == to->name && matches(flow.recipients, recipient) &&
        matches(flow.senders, sender))
      return &flow;
  return nullptr;
}

}  // namespace mugai::config
