#include "config/checks.h"

#include <algorithm>
#include <map>

#include "config/routing.h"

namespace mugai::config {
namespace {

Place item_place(const Section& section, std::string_view key, size_t index) {
  const Value& value = section[key];
  return index < value.item_places.size() ? value.item_places[index] : value.place;
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}
std::string line_of(Place place) {
  return " (line " + std::to_string(place.line) + ")";
}

class Checker {
 public:
  Checker(const Config& config, const Places& places) : config_(config), places_(places) {}

  std::vector<Problem> errors() {
    if (config_.zones.empty())
      problem({1, 1}, "there is no [[zone]]: name at least the two networks that mail passes between");
    check_zone_names();
    check_domains();
    check_listeners();
    for (size_t i = 0; i < config_.flows.size(); ++i) check_flow(i);
    return std::move(problems_);
  }

  std::vector<Problem> warnings() {
    for (size_t i = 0; i < config_.flows.size(); ++i) {
      const Flow& flow = config_.flows[i];
      const std::string arrow = quoted(flow.from) + " to " + quoted(flow.to);
      if (config_.profile_of(flow).relay)
        problem(places_.flows[i]->place, "mail from " + arrow + " passes unchanged (profile \"relay\")");
      for (size_t j = 0; j < i; ++j) {
        const Flow& earlier = config_.flows[j];
        const bool takes_all = earlier.from == flow.from && earlier.to == flow.to &&
                               earlier.recipients.empty() && earlier.senders.empty();
        if (!takes_all) continue;
        problem(places_.flows[i]->place, "this flow from " + arrow + " is never reached: the one" +
                                             line_of(places_.flows[j]->place) + " takes all");
        break;
      }
    }
    for (size_t i = 0; i < config_.zones.size(); ++i) {
      const Zone& zone = config_.zones[i];
      const bool used = std::any_of(config_.flows.begin(), config_.flows.end(), [&](const Flow& flow) {
        return flow.from == zone.name || flow.to == zone.name;
      });
      if (!used)
        problem(places_.zones[i]->place,
                "no flow names the zone " + quoted(zone.name) + ": its mail is refused");
    }
    return std::move(problems_);
  }

 private:
  void problem(Place place, std::string message) { problems_.push_back({place, std::move(message)}); }

  void check_zone_names() {
    std::map<std::string, Place> seen;
    for (size_t i = 0; i < config_.zones.size(); ++i) {
      const Value& name = (*places_.zones[i])["name"];
      if (!name.given) continue;
      const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
      };
      if (name.text.empty() || name.text.size() > 64 ||
          !std::all_of(name.text.begin(), name.text.end(), fits))
        problem(name.place, "a zone's name is made of letters, digits, - and _");
      const auto [at, fresh] = seen.emplace(name.text, name.place);
      if (!fresh) problem(name.place, "there is another zone " + quoted(name.text) + line_of(at->second));
    }
  }

  void check_domains() {
    std::map<std::string, Place> seen;
    for (size_t i = 0; i < config_.zones.size(); ++i) {
      const auto& domains = config_.zones[i].domains;
      for (size_t j = 0; j < domains.size(); ++j) {
        const Place place = item_place(*places_.zones[i], "domains", j);
        const auto [at, fresh] = seen.emplace(domains[j], place);
        if (!fresh)
          problem(place, "the domain " + quoted(domains[j]) + " is named twice" + line_of(at->second) +
                             ": mail has one way only");
      }
    }
  }

  // Zones may share a port when their clients tell them apart; the narrower network wins, equal ones cannot
  // be told.
  void check_listeners() {
    for (size_t i = 0; i < config_.zones.size(); ++i) {
      const Zone& zone = config_.zones[i];
      for (size_t a = 0; a < zone.listen.size(); ++a) {
        const Place place = item_place(*places_.zones[i], "listen", a);
        if (std::find(zone.listen.begin(), zone.listen.begin() + static_cast<ptrdiff_t>(a), zone.listen[a]) !=
            zone.listen.begin() + static_cast<ptrdiff_t>(a))
          problem(place, zone.listen[a].to_string() + " is named twice");
        for (size_t j = 0; j < i; ++j) {
          const Zone& other = config_.zones[j];
          if (std::find(other.listen.begin(), other.listen.end(), zone.listen[a]) == other.listen.end())
            continue;
          if (clients_clash(zone, other))
            problem(place, zone.listen[a].to_string() + " is also a port of zone " + quoted(other.name) +
                               ", with the same clients: whose mail is it?");
        }
      }
    }
  }

  static bool clients_clash(const Zone& a, const Zone& b) {
    if (a.clients.empty() && b.clients.empty()) return true;
    return std::any_of(a.clients.begin(), a.clients.end(), [&](const Cidr& network) {
      return std::find(b.clients.begin(), b.clients.end(), network) != b.clients.end();
    });
  }

  void check_flow(size_t index) {
    const Flow& flow = config_.flows[index];
    const Section& section = *places_.flows[index];
    const bool from_known = check_name(section["from"], zone_names(), "zone");
    const bool to_known = check_name(section["to"], zone_names(), "zone");
    const bool profile_known = check_name(section["profile"], profile_names(), "profile");
    if (!from_known || !to_known || !profile_known) return;
    if (flow.from == flow.to) problem(section["to"].place, "a flow from " + quoted(flow.to) + " into itself");
    const Zone& to = *config_.zone(flow.to);
    if (to.domains.empty())
      problem(section["to"].place, "zone " + quoted(flow.to) + " has no domains, so no recipient is in it");
    if (config_.zone(flow.from)->listen.empty())
      problem(section["from"].place,
              "zone " + quoted(flow.from) + " has no listen, so no mail comes from it");
    check_recipients(flow, section, to);
    check_unmodified(flow, section);
  }

  bool check_name(const Value& value, const std::vector<std::string_view>& names, std::string_view what) {
    if (std::find(names.begin(), names.end(), value.text) != names.end()) return true;
    if (!value.given) return false;  // already a problem of its own
    const std::string near = nearest(value.text, names);
    problem(value.place, "there is no " + std::string(what) + " " + quoted(value.text) +
                             (near.empty() ? "" : "; did you mean " + quoted(near) + "?"));
    return false;
  }

  std::vector<std::string_view> zone_names() const {
    std::vector<std::string_view> names;
    for (const Zone& zone : config_.zones) names.push_back(zone.name);
    return names;
  }
  std::vector<std::string_view> profile_names() const {
    std::vector<std::string_view> names;
    for (const auto& [name, profile] : config_.profiles) names.push_back(name);
    return names;
  }

  void check_recipients(const Flow& flow, const Section& section, const Zone& to) {
    for (size_t i = 0; i < flow.recipients.size(); ++i) {
      const std::string domain = flow.recipients[i].substr(flow.recipients[i].rfind('@') + 1);
      if (zone_of_domain(config_, domain) != &to)
        problem(item_place(section.children.at("match"), "recipients", i),
                quoted(flow.recipients[i]) + " is not in zone " + quoted(to.name) + ", so nothing can match");
    }
  }

  void check_unmodified(const Flow& flow, const Section& section) {
    if (!config_.profile_of(flow).relay || flow.accept_unmodified) return;
    for (size_t i = 0; i < config_.flows.size(); ++i) {
      const Flow& other = config_.flows[i];
      const auto profile = config_.profiles.find(other.profile);
      if (other.to != flow.to || profile == config_.profiles.end() || profile->second.relay) continue;
      problem(section["profile"].place, "unchanged mail into zone " + quoted(flow.to) + ", which the flow" +
                                            line_of(places_.flows[i]->place) +
                                            " protects; if you mean it, add accept_unmodified = true");
      return;
    }
  }

  const Config& config_;
  const Places& places_;
  std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> check(const Config& config, const Places& places) {
  return Checker(config, places).errors();
}
std::vector<Problem> warn(const Config& config, const Places& places) {
  return Checker(config, places).warnings();
}

}  // namespace mugai::config
