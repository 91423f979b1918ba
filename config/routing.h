// Who belongs where, and which flow carries a message: asked at connect and at RCPT. Pure functions of the
// configuration; null means that nothing allows it, and the caller refuses.
#pragma once

#include <string_view>
#include <vector>

#include "config/config.h"

namespace mugai::config {

// Every distinct address and port of all zones, in the order of the file.
std::vector<Endpoint> listeners(const Config& config);

// The zone of a client: among the zones that listen where it connected, the one whose `clients` name it most
// narrowly. A zone without `clients` takes whom no other names. Null: the client is nobody's, and is refused.
const Zone* zone_of_client(const Config& config, const Endpoint& listener, const IpAddress& client);

// The peers of this listener that must begin with a PROXY header.
bool is_proxy(const Config& config, const Endpoint& listener, const IpAddress& peer);

// Exact name first, then the longest ".suffix", then "*". Case does not matter, nor does one final dot.
const Zone* zone_of_domain(const Config& config, std::string_view domain);

// The first flow from `from` to the zone of the recipient's domain whose match fits. `sender` may be empty
// (null reverse-path). Addresses are local@domain without brackets.
const Flow* find_flow(const Config& config, const Zone& from, std::string_view sender,
                      std::string_view recipient);

}  // namespace mugai::config
