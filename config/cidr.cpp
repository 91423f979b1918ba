#include "config/cidr.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace mugai::config {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kMappedBits = 96;

uint8_t mask_of_byte(int prefix, int index) {
  const int bits = std::clamp(prefix - index * 8, 0, 8);
  return static_cast<uint8_t>(0xff00 >> bits);
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.empty() || text.size() > INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  const std::string terminated(text);
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + 12) != 1) return std::nullopt;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
  return address;
}

bool IpAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (is_v4())
    inet_ntop(AF_INET, bytes.data() + 12, text, sizeof text);
  else
    inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  // A v6 literal that spells a mapped address ("::ffff:10.0.0.0/104") counts its prefix from 128, as it is
  // written.
  const bool counted_as_v4 = address->is_v4() && text.substr(0, slash).find(':') == text.npos;
  Cidr cidr;
  cidr.network_ = *address;
  if (slash != text.npos) {
    const std::string_view digits = text.substr(slash + 1);
    int prefix = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits[0] == '-') return std::nullopt;
    if (prefix > (counted_as_v4 ? 32 : 128)) return std::nullopt;
    cidr.prefix_ = counted_as_v4 ? prefix + kMappedBits : prefix;
  }
  for (int i = 0; i < 16; ++i)
    if (cidr.network_.bytes[i] & static_cast<uint8_t>(~mask_of_byte(cidr.prefix_, i))) return std::nullopt;
  return cidr;
}

bool Cidr::contains(const IpAddress& address) const {
  // "::/0" means any IPv6 client; it must not let in all of IPv4 by way of the mapping.
  if (network_.is_v4() != address.is_v4()) return false;
  for (int i = 0; i < 16; ++i)
    if ((address.bytes[i] & mask_of_byte(prefix_, i)) != network_.bytes[i]) return false;
  return true;
}

std::string Cidr::to_string() const {
  const int shown = network_.is_v4() ? prefix_ - kMappedBits : prefix_;
  return network_.to_string() + "/" + std::to_string(shown);
}

}  // namespace mugai::config
