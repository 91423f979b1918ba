#include "gateway/quarantine/request_link.h"

#include <charconv>

namespace mugai::gateway {

namespace {

constexpr std::string_view kPurpose = "request-link";
constexpr size_t kLongestToken = 1'000;

}  // namespace

std::string request_token(const Secrets& secrets, const RequestLink& link) {
  const std::string said = link.message + "." + std::to_string(link.expires_ms / 1000) + "." + to_hex(link.recipient);
  return said + "." + secrets.sign(kPurpose, said);
}

std::optional<RequestLink> open_request_token(const Secrets& secrets, std::string_view untrusted_token, int64_t now_ms) {
  if (untrusted_token.size() > kLongestToken) return std::nullopt;
  const size_t last = untrusted_token.rfind('.');
  if (last == untrusted_token.npos) return std::nullopt;
  const std::string_view said = untrusted_token.substr(0, last);
  if (!secrets.verify(kPurpose, said, untrusted_token.substr(last + 1))) return std::nullopt;
  // From here on it is what we wrote.
  const size_t first = said.find('.'), second = said.find('.', first + 1);
  if (first == said.npos || second == said.npos) return std::nullopt;
  RequestLink link;
  link.message = said.substr(0, first);
  const std::string_view seconds = said.substr(first + 1, second - first - 1);
  if (std::from_chars(seconds.data(), seconds.data() + seconds.size(), link.expires_ms).ec != std::errc()) return std::nullopt;
  link.expires_ms *= 1000;
  const std::optional<std::string> recipient = from_hex(said.substr(second + 1));
  if (!recipient || now_ms >= link.expires_ms) return std::nullopt;
  link.recipient = *recipient;
  return link;
}

}  // namespace mugai::gateway
