#include "config/parse.h"

#include <algorithm>
#include <charconv>

#include "config/base/bytes.h"

namespace mugai::config {
namespace {

std::optional<uint16_t> parse_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535)
    return std::nullopt;
  return static_cast<uint16_t>(port);
}

struct HostPort {
  std::string_view host, port;
  bool bracketed = false;
};

std::optional<HostPort> split_host_port(std::string_view text) {
  if (text.substr(0, 1) == "[") {
    const size_t close = text.find(']');
    if (close == text.npos) return std::nullopt;
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest[0] != ':') return std::nullopt;
    return HostPort{text.substr(1, close - 1), rest.empty() ? rest : rest.substr(1), true};
  }
  const size_t colon = text.find(':');
  if (colon == text.npos) return HostPort{text, {}, false};
  return HostPort{text.substr(0, colon), text.substr(colon + 1), false};
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), ascii_lower);
  return result;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const auto parts = split_host_port(text);
  if (!parts) return std::nullopt;
  const auto address = IpAddress::parse(parts->host);
  const auto port = parse_port(parts->port);
  if (!address || !port) return std::nullopt;
  return Endpoint{*address, *port};
}

std::optional<std::string> parse_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return std::nullopt;
  size_t label = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '.') {
      if (label == 0) return std::nullopt;
      label = 0;
      continue;
    }
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || byte >= 0x80;
    if (!fits || ++label > 63) return std::nullopt;
  }
  return label == 0 ? std::nullopt : std::optional(lower(text));
}

std::optional<std::string> parse_domain_rule(std::string_view text) {
  if (text == "*") return "*";
  const bool below = text.substr(0, 1) == ".";
  const auto name = parse_host_name(below ? text.substr(1) : text);
  if (!name) return std::nullopt;
  return below ? "." + *name : *name;
}

std::optional<std::string> parse_address_rule(std::string_view text) {
  const size_t at = text.rfind('@');
  if (at == text.npos || text.size() > 320 || !parse_host_name(text.substr(at + 1))) return std::nullopt;
  const auto forbidden = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == '\x7f';
  };
  if (std::any_of(text.begin(), text.end(), forbidden)) return std::nullopt;
  return lower(text);
}

std::optional<NextHop> parse_next_hop(std::string_view text) {
  NextHop hop;
  const std::string_view maildir = "maildir:", smtp = "smtp://", lmtp = "lmtp://";
  if (text.substr(0, maildir.size()) == maildir) {
    hop.kind = NextHop::Kind::maildir;
    hop.path = text.substr(maildir.size());
    if (hop.path.empty() || hop.path.find('\0') != std::string::npos) return std::nullopt;
    return hop;
  }
  if (text.substr(0, smtp.size()) != smtp && text.substr(0, lmtp.size()) != lmtp) return std::nullopt;
  hop.kind = text[0] == 's' ? NextHop::Kind::smtp : NextHop::Kind::lmtp;
  const auto parts = split_host_port(text.substr(smtp.size()));
  if (!parts) return std::nullopt;
  const bool literal = IpAddress::parse(parts->host).has_value();
  const auto name = parse_host_name(parts->host);
  if (parts->bracketed ? !literal : !name) return std::nullopt;
  hop.host = parts->bracketed ? std::string(parts->host) : *name;
  hop.port = hop.kind == NextHop::Kind::smtp ? 25 : 24;
  if (!parts->port.empty()) {
    const auto port = parse_port(parts->port);
    if (!port) return std::nullopt;
    hop.port = *port;
  }
  return hop;
}

// Percent-encoding (RFC 3986 §2.1) for what a password may need; a blank or a quote would end it in libpq's own syntax.
std::optional<std::string> parse_url_word(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned value = static_cast<unsigned char>(text[i]);
    if (text[i] == '%') {
      const auto parsed = std::from_chars(text.data() + i + 1, text.data() + std::min(text.size(), i + 3), value, 16);
      if (parsed.ec != std::errc() || parsed.ptr != text.data() + i + 3) return std::nullopt;
      i += 2;
    }
    if (value <= ' ' || value == '\'' || value == '\\' || value >= 0x7f) return std::nullopt;
    out.push_back(static_cast<char>(value));
  }
  return out;
}

std::optional<PostgreSql> parse_database(std::string_view text) {
  constexpr std::string_view kScheme = "postgresql://";
  if (text.substr(0, kScheme.size()) != kScheme) return std::nullopt;
  text.remove_prefix(kScheme.size());
  const size_t at = text.rfind('@'), slash = text.rfind('/');
  if (at == text.npos || slash == text.npos || slash < at) return std::nullopt;
  const std::string_view account = text.substr(0, at);
  const size_t colon = std::min(account.find(':'), account.size());
  const auto user = parse_url_word(account.substr(0, colon));
  const auto password = parse_url_word(colon < account.size() ? account.substr(colon + 1) : "");
  const auto name = parse_url_word(text.substr(slash + 1));
  const auto where = split_host_port(text.substr(at + 1, slash - at - 1));
  if (!user || user->empty() || !password || !name || name->empty() || !where) return std::nullopt;
  PostgreSql server;
  const bool literal = IpAddress::parse(where->host).has_value();
  if (!literal && !parse_host_name(where->host)) return std::nullopt;
  server.host = where->host;
  server.user = *user;
  server.password = *password;
  server.name = *name;
  if (!where->port.empty()) {
    const auto port = parse_port(where->port);
    if (!port) return std::nullopt;
    server.port = *port;
  }
  return server;
}

std::optional<Antivirus> parse_clamd(std::string_view text) {
  constexpr std::string_view kLocal = "unix:", kTcp = "tcp://";
  Antivirus antivirus;
  antivirus.enabled = true;
  if (text.substr(0, kLocal.size()) == kLocal) {
    antivirus.path = text.substr(kLocal.size());
    const bool usable = antivirus.path.size() > 1 && antivirus.path.size() < 108 && antivirus.path[0] == '/' &&
                        antivirus.path.find('\0') == std::string::npos;
    return usable ? std::optional(antivirus) : std::nullopt;
  }
  if (text.substr(0, kTcp.size()) != kTcp) return std::nullopt;
  const auto hop = parse_next_hop("smtp://" + std::string(text.substr(kTcp.size())));
  if (!hop || split_host_port(text.substr(kTcp.size()))->port.empty()) return std::nullopt;
  antivirus.host = hop->host;
  antivirus.port = hop->port;
  return antivirus;
}

std::string Endpoint::to_string() const {
  const std::string host = address.to_string();
  return (address.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(port);
}

std::string NextHop::to_string() const {
  if (kind == Kind::maildir) return "maildir:" + path;
  const bool brackets = host.find(':') != std::string::npos;
  return (kind == Kind::smtp ? "smtp://" : "lmtp://") + (brackets ? "[" + host + "]" : host) + ":" +
         std::to_string(port);
}

const Zone* Config::zone(std::string_view name) const {
  for (const Zone& zone : zones)
    if (zone.name == name) return &zone;
  return nullptr;
}

}  // namespace mugai::config
