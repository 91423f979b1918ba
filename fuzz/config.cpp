// links: config
// The loader never crashes, says where each mistake is, and what it accepts holds together.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/loader.h"
#include "config/routing.h"

using namespace mugai::config;

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = load(text, "fuzz");
  if (!config) {
    require(config.error().text.rfind("fuzz:", 0) == 0);
    return 0;
  }
  require(config->profiles.count("sanitize") == 1 && config->profiles.at("relay").relay &&
          !config->zones.empty());
  for (const Flow& flow : config->flows)
    require(config->zone(flow.from) && config->zone(flow.to) && flow.from != flow.to &&
            config->profiles.count(flow.profile) == 1);
  for (const Zone& zone : config->zones) {
    for (const auto& domain : zone.domains)
      if (domain[0] != '.' && domain != "*") require(zone_of_domain(*config, domain) == &zone);
    for (const auto& network : zone.clients) require(Cidr::parse(network.to_string()) == network);
    for (const auto& endpoint : zone.listen)
      require(zone.clients.empty() == false ||
              zone_of_client(*config, endpoint, endpoint.address) != nullptr);
    require(zone.next_hop.to_string().size() > 5);
  }
  // Unprotected mail never slips into a protected zone without a word.
  for (const Flow& relay : config->flows)
    for (const Flow& other : config->flows)
      require(!config->profile_of(relay).relay || relay.accept_unmodified || other.to != relay.to ||
              config->profile_of(other).relay);
  return 0;
}
