#include "gateway/web/guard.h"

#include <algorithm>

namespace mugai::gateway::web {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view host_of_url(std::string_view url) {
  const size_t at = url.find("://");
  return at == url.npos ? std::string_view() : url.substr(at + 3);
}

// Without the port; an IPv6 address without its brackets.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    return end == host.npos ? std::string_view() : host.substr(1, end - 1);
  }
  return host.substr(0, std::min(host.find(':'), host.size()));
}

bool is_loopback(const config::IpAddress& address) {
  return config::Cidr::parse("127.0.0.0/8")->contains(address) || config::Cidr::parse("::1")->contains(address);
}

}  // namespace

bool host_is_ours(std::string_view untrusted_host, const config::Console& settings) {
  const std::string host = lower(untrusted_host);
  if (host.empty()) return false;
  if (!settings.public_url.empty() && host == lower(host_of_url(settings.public_url))) return true;
  const std::string_view name = without_port(host);
  const auto literal = config::IpAddress::parse(name);
  if (literal && *literal == settings.listen.address) return true;
  if (name == "localhost" && is_loopback(settings.listen.address)) return true;
  return settings.public_url.empty() && literal.has_value();
}

void add_security_headers(Response& response, bool encrypted) {
  const auto add = [&](std::string_view name, const char* value) {
    if (response.header(name).empty()) response.set(name, value);
  };
  add("Content-Security-Policy",
      "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; "
      "base-uri 'none'");
  add("X-Content-Type-Options", "nosniff");
  add("X-Frame-Options", "DENY");
  add("Referrer-Policy", "no-referrer");
  add("Cross-Origin-Opener-Policy", "same-origin");
  add("Cross-Origin-Resource-Policy", "same-origin");
  add("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  add("Cache-Control", "no-store");
  if (encrypted) add("Strict-Transport-Security", "max-age=31536000");
}

// Browsers that say where a request comes from are believed. Older ones send an Origin, which our Referrer-Policy makes
// "null" for our own forms: then the token in the form decides alone.
bool is_from_our_pages(const Request& request, const config::Console& settings) {
  const std::string& site = request.headers.get("sec-fetch-site");
  if (!site.empty()) return site == "same-origin";
  const std::string& origin = request.headers.get("origin");
  if (origin.empty() || origin == "null") return true;
  return host_is_ours(host_of_url(origin), settings) && lower(host_of_url(origin)) == lower(request.headers.get("host"));
}

std::string client_of(const Request& request, const std::string& peer, const config::Console& settings) {
  if (!settings.behind_proxy) return peer;
  const std::vector<std::string> all = request.headers.all("x-forwarded-for");
  if (all.empty()) return peer;
  std::string_view last = all.back();
  if (const size_t comma = last.rfind(','); comma != last.npos) last.remove_prefix(comma + 1);
  while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
  const auto address = config::IpAddress::parse(last);
  return address ? address->to_string() : peer;
}

}  // namespace mugai::gateway::web
