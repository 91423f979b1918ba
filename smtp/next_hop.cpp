#include "smtp/next_hop.h"

#include "config/base/bytes.h"
#include "smtp/network.h"

namespace mugai::smtp {
namespace {

constexpr uint16_t kSmtpPort = 25, kLmtpPort = 24;

Error malformed(std::string_view text, const std::string& why) {
  return {"next-hop.malformed", "'" + std::string(text) + "' is not a next hop: " + why, ""};
}

bool take(std::string_view& rest, std::string_view scheme) {
  if (!equals_ignoring_case(rest.substr(0, scheme.size()), scheme)) return false;
  rest.remove_prefix(scheme.size());
  return true;
}

}  // namespace

Result<NextHop> parse_next_hop(std::string_view text) {
  NextHop hop;
  std::string_view rest = text;
  if (rest.find('\0') != std::string_view::npos) return malformed(text, "it has a NUL");
  if (take(rest, "maildir:")) {
    if (rest.empty()) return malformed(text, "write maildir:PATH");
    hop.kind = NextHop::Kind::maildir;
    hop.path = rest;
    hop.port = 0;
    return hop;
  }
  const bool lmtp = take(rest, "lmtp://");
  if (!lmtp && !take(rest, "smtp://"))
    return malformed(text, "write smtp://host:port, lmtp://host:port, lmtp:///socket or maildir:PATH");
  if (lmtp && rest.substr(0, 1) == "/") {
    if (rest.size() > 100) return malformed(text, "the path of a Unix socket is at most 100 bytes long");
    hop.kind = NextHop::Kind::lmtp_unix;
    hop.path = rest;
    hop.port = 0;
    return hop;
  }
  hop.kind = lmtp ? NextHop::Kind::lmtp : NextHop::Kind::smtp;
  const auto endpoint = parse_endpoint(rest, lmtp ? kLmtpPort : kSmtpPort);
  if (!endpoint || endpoint->port == 0) return malformed(text, "after :// write host or host:port");
  hop.host = endpoint->host;
  for (char& c : hop.host) c = ascii_lower(c);
  hop.port = endpoint->port;
  return hop;
}

std::string NextHop::text() const {
  switch (kind) {
    case Kind::maildir:
      return "maildir:" + path;
    case Kind::lmtp_unix:
      return "lmtp://" + path;
    default:
      break;
  }
  const std::string bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return (kind == Kind::lmtp ? "lmtp://" : "smtp://") + bracketed + ":" + std::to_string(port);
}

}  // namespace mugai::smtp
