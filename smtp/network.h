// IP addresses as text: networks in CIDR form ("10.1.0.0/16", "2001:db8::/32", a single address) and
// endpoints
// ("0.0.0.0:25", "[::1]:2525"). Pure values, no resolver, no sockets. IPv4 is kept as IPv4-mapped IPv6, so
// that
// "::ffff:10.1.2.3" lies in 10.1.0.0/16.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/result.h"

namespace mugai::smtp {

class Network {
 public:
  static std::optional<Network> parse(std::string_view text);
  bool contains(std::string_view address) const;

 private:
  std::array<uint8_t, 16> prefix_{};
  unsigned bits_ = 128;
};

inline bool in_any(const std::vector<Network>& networks, std::string_view address) {
  for (const Network& network : networks)
    if (network.contains(address)) return true;
  return false;
}

// The one spelling of an address that keys and logs use: "::ffff:10.1.2.3" is 10.1.2.3. Nothing when it is no
// address.
std::optional<std::string> canonical_address(std::string_view text);

struct Endpoint {
  std::string host;  // without brackets
  uint16_t port = 0;
};

// "host:port", "[v6]:port" or, when `default_port` is given, without the port.
Result<Endpoint> parse_endpoint(std::string_view text, std::optional<uint16_t> default_port = std::nullopt);

}  // namespace mugai::smtp
