// IP addresses and networks: who may connect, whom we believe a PROXY header, who is exempt from strict line
// ends. IPv4 is held as v4-mapped IPv6, so that 192.0.2.1 and ::ffff:192.0.2.1 are one client and cannot be
// told apart by a rule. Value types, pure, no names are resolved: what is not a literal address is no
// address.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugai::config {

struct IpAddress {
  std::array<uint8_t, 16> bytes{};

  static std::optional<IpAddress> parse(
      std::string_view text);  // "192.0.2.1", "2001:db8::1"; no brackets, no zone id
  bool is_v4() const;
  std::string to_string() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// A network with its prefix length. Bits after the prefix must be zero: "10.1.2.3/8" is a slip of the pen,
// and refused.
class Cidr {
 public:
  static std::optional<Cidr> parse(
      std::string_view text);  // "10.0.0.0/8", "2001:db8::/32"; a bare address is one host
  bool contains(const IpAddress& address) const;
  int prefix() const { return prefix_; }  // of 128
  std::string to_string() const;
  friend bool operator==(const Cidr&, const Cidr&) = default;

 private:
  IpAddress network_;
  int prefix_ = 128;
};

}  // namespace mugai::config
