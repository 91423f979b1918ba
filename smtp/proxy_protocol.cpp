#include "smtp/proxy_protocol.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <optional>

#include "smtp/network.h"

namespace mugai::smtp {
namespace {

constexpr size_t kMaxV1 = 107;
constexpr Bytes kV1Start = "PROXY ";
constexpr Bytes kV2Signature("\r\n\r\n\0\r\nQUIT\n", 12);

ProxyHeader of_kind(ProxyHeader::Kind kind, size_t length = 0) {
  ProxyHeader header;
  header.kind = kind;
  header.length = length;
  return header;
}

std::optional<std::string> parse_address(bool ipv6, Bytes text) {
  if (ipv6 != (text.find(':') != Bytes::npos)) return std::nullopt;
  return canonical_address(text);
}

bool parse_port(Bytes digits, uint16_t& port) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return !digits.empty() && error == std::errc{} && end == digits.data() + digits.size();
}

// "PROXY TCP4 192.0.2.1 198.51.100.1 56324 25\r\n"
ProxyHeader parse_v1(Bytes bytes) {
  const size_t end = bytes.substr(0, kMaxV1).find("\r\n");
  if (end == Bytes::npos)
    return of_kind(bytes.size() < kMaxV1 ? ProxyHeader::Kind::more : ProxyHeader::Kind::malformed);
  Bytes line = bytes.substr(kV1Start.size(), end - kV1Start.size());
  std::array<Bytes, 5> words;
  size_t count = 0;
  for (; count < words.size(); ++count) {
    const size_t blank = line.find(' ');
    words[count] = line.substr(0, blank);
    if (blank == Bytes::npos) break;
    line.remove_prefix(blank + 1);
  }
  if (words[0] == "UNKNOWN") return of_kind(ProxyHeader::Kind::local, end + 2);
  const bool ipv6 = words[0] == "TCP6";
  const auto source = parse_address(ipv6, words[1]), destination = parse_address(ipv6, words[2]);
  ProxyHeader header = of_kind(ProxyHeader::Kind::proxied, end + 2);
  uint16_t destination_port = 0;
  const bool good = count == 4 && (ipv6 || words[0] == "TCP4") && source && destination &&
                    parse_port(words[3], header.port) && parse_port(words[4], destination_port);
  if (!good) return of_kind(ProxyHeader::Kind::malformed);
  header.address = *source;
  return header;
}

ProxyHeader parse_v2(Bytes bytes) {
  if (bytes.size() < 16) return of_kind(ProxyHeader::Kind::more);
  const unsigned version_command = byte_at(bytes, 12), family = byte_at(bytes, 13);
  const size_t length = 16u + (byte_at(bytes, 14) << 8 | byte_at(bytes, 15));
  if (version_command != 0x20 && version_command != 0x21) return of_kind(ProxyHeader::Kind::malformed);
  if (length > kMaxProxyHeader) return of_kind(ProxyHeader::Kind::malformed);
  if (bytes.size() < length) return of_kind(ProxyHeader::Kind::more);
  const bool ipv4 = family == 0x11, ipv6 = family == 0x21;
  if (version_command == 0x20 || (!ipv4 && !ipv6)) return of_kind(ProxyHeader::Kind::local, length);
  const size_t address_size = ipv4 ? 4 : 16;
  if (length < 16 + 2 * address_size + 4) return of_kind(ProxyHeader::Kind::malformed);
  ProxyHeader header = of_kind(ProxyHeader::Kind::proxied, length);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_ntop(ipv4 ? AF_INET : AF_INET6, bytes.data() + 16, text.data(), text.size()) == nullptr)
    return of_kind(ProxyHeader::Kind::malformed);
  header.address = canonical_address(text.data()).value_or("");
  const size_t port_at = 16 + 2 * address_size;
  header.port = static_cast<uint16_t>(byte_at(bytes, port_at) << 8 | byte_at(bytes, port_at + 1));
  return header;
}

}  // namespace

ProxyHeader parse_proxy_header(Bytes bytes) {
  const auto begins = [&](Bytes start) {
    return bytes.substr(0, start.size()) == start.substr(0, bytes.size());
  };
  if (begins(kV2Signature)) return parse_v2(bytes);
  if (begins(kV1Start)) return parse_v1(bytes);
  return of_kind(ProxyHeader::Kind::malformed);
}

}  // namespace mugai::smtp
