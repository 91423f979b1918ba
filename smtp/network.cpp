#include "smtp/network.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

namespace mugai::smtp {
namespace {

using Raw = std::array<uint8_t, 16>;

std::optional<Raw> parse_address(std::string_view text, bool& ipv4) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string zero_terminated(text.substr(0, 64));
  Raw raw{};
  in_addr v4{};
  ipv4 = inet_pton(AF_INET, zero_terminated.c_str(), &v4) == 1;
  if (ipv4) {
    raw[10] = raw[11] = 0xff;
    std::memcpy(raw.data() + 12, &v4, 4);
    return raw;
  }
  if (inet_pton(AF_INET6, zero_terminated.c_str(), raw.data()) == 1) return raw;
  return std::nullopt;
}

template <class T>
std::optional<T> parse_number(std::string_view digits) {
  T value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const size_t slash = text.find('/');
  bool ipv4 = false;
  const auto raw = parse_address(text.substr(0, slash), ipv4);
  if (!raw) return std::nullopt;
  Network network;
  network.prefix_ = *raw;
  if (slash != std::string_view::npos) {
    const auto bits = parse_number<unsigned>(text.substr(slash + 1));
    if (!bits || *bits > (ipv4 ? 32u : 128u)) return std::nullopt;
    network.bits_ = *bits + (ipv4 ? 96 : 0);
  }
  return network;
}

bool Network::contains(std::string_view address) const {
  bool ipv4 = false;
  const auto raw = parse_address(address, ipv4);
  if (!raw) return false;
  const unsigned whole = bits_ / 8, rest = bits_ % 8;
  if (std::memcmp(raw->data(), prefix_.data(), whole) != 0) return false;
  if (rest == 0) return true;
  const unsigned mask = 0xffu << (8 - rest) & 0xffu;
  return ((*raw)[whole] & mask) == (prefix_[whole] & mask);
}

std::optional<std::string> canonical_address(std::string_view text) {
  bool ipv4 = false;
  const auto raw = parse_address(text, ipv4);
  if (!raw) return std::nullopt;
  in6_addr v6{};
  std::memcpy(&v6, raw->data(), raw->size());
  char spelt[INET6_ADDRSTRLEN];
  const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6);
  const void* address = mapped ? raw->data() + 12 : raw->data();
  if (inet_ntop(mapped ? AF_INET : AF_INET6, address, spelt, sizeof spelt) == nullptr) return std::nullopt;
  return spelt;
}

Result<Endpoint> parse_endpoint(std::string_view text, std::optional<uint16_t> default_port) {
  const Error malformed{"endpoint.malformed",
                        "'" + std::string(text) + "' is not host:port or [IPv6 address]:port", ""};
  Endpoint endpoint;
  std::string_view port;
  bool has_port = false;
  if (text.substr(0, 1) == "[") {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return malformed;
    endpoint.host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    has_port = !rest.empty();
    if (has_port && rest[0] != ':') return malformed;
    if (has_port) port = rest.substr(1);
  } else {
    const size_t colon = text.find(':');
    if (colon != text.rfind(':')) return malformed;
    endpoint.host = text.substr(0, colon);
    has_port = colon != std::string_view::npos;
    if (has_port) port = text.substr(colon + 1);
  }
  if (endpoint.host.empty() || (!has_port && !default_port)) return malformed;
  for (const char c : endpoint.host)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '/' || c == '@') return malformed;
  if (!has_port) {
    endpoint.port = *default_port;
    return endpoint;
  }
  const auto number = parse_number<uint16_t>(port);
  if (!number) return malformed;
  endpoint.port = *number;
  return endpoint;
}

}  // namespace mugai::smtp
