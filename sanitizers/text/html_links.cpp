#include "sanitizers/text/html_links.h"

#include <algorithm>
#include <iterator>

#include "config/base/bytes.h"
#include "sanitizers/text/hex.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxShown = 2000, kMaxBase = 256;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_slash(char c) {
  return c == '/' || c == '\\';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

// Browsers drop line ends and tabs anywhere, and blanks and controls at the ends (URL Standard §4.4).
std::string clean_href(std::string_view href) {
  std::string out;
  for (const char c : href) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte == ' ' && !out.empty())
      out += "%20";
    else if (byte > ' ' && byte != 0x7F)
      out += c;
    if (out.size() > kMaxShown) break;
  }
  while (out.size() >= 3 && out.compare(out.size() - 3, 3, "%20") == 0) out.resize(out.size() - 3);
  return out;
}

// Length of "scheme:" at the beginning, or 0.
size_t scheme_length(std::string_view url) {
  if (url.empty() || !is_letter(url[0])) return 0;
  for (size_t i = 1; i < url.size() && i < 40; ++i) {
    if (url[i] == ':') return i + 1;
    if (!is_letter(url[i]) && !is_digit(url[i]) && url[i] != '+' && url[i] != '-' && url[i] != '.') return 0;
  }
  return 0;
}

// The host of what follows "scheme:", with or without its slashes.
std::string host_of(std::string_view rest) {
  while (!rest.empty() && is_slash(rest[0])) rest.remove_prefix(1);
  std::string_view authority = rest.substr(0, rest.find_first_of("/\\?#"));
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (authority.substr(0, 1) == "[")
    authority = authority.substr(0, authority.find(']') + 1);
  else
    authority = authority.substr(0, authority.find(':'));
  std::string host = lower(authority);
  while (!host.empty() && host.back() == '.') host.pop_back();
  if (host.substr(0, 4) == "www.") host.erase(0, 4);
  return host;
}

std::string mail_address_of(std::string_view rest) {
  std::string out = percent_decoded(rest.substr(0, rest.find('?')));
  for (const char c : out)
    if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7F)
      return std::string(rest.substr(0, rest.find('?')));
  return out;
}

LinkTarget web(std::string_view scheme, std::string_view rest) {
  LinkTarget target;
  target.kind = LinkTarget::Kind::web;
  while (!rest.empty() && is_slash(rest[0])) rest.remove_prefix(1);
  target.shown = std::string(scheme) + "//" + std::string(rest);
  for (size_t i = 0; i < target.shown.size() && target.shown[i] != '?' && target.shown[i] != '#'; ++i)
    if (target.shown[i] == '\\') target.shown[i] = '/';
  target.host = host_of(rest);
  if (target.host.empty()) return {};
  return target;
}

bool is_host_character(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// "example.co.jp": labels with a dot, the last one a name that is commonly registered under. "report.pdf" is
// none.
bool looks_like_host(std::string_view word) {
  const size_t dot = word.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == word.size()) return false;
  if (!std::all_of(word.begin(), word.end(), is_host_character)) return false;
  static constexpr std::string_view kCommon[] = {
      "com", "net",  "org",    "jp",   "info", "biz",   "gov",  "edu",  "mil",   "int",   "io",  "co",  "me",
      "tv",  "cc",   "us",     "uk",   "de",   "fr",    "it",   "nl",   "es",    "ch",    "cn",  "kr",  "tw",
      "hk",  "ru",   "eu",     "in",   "au",   "ca",    "br",   "asia", "tokyo", "osaka", "dev", "app", "xyz",
      "top", "site", "online", "shop", "link", "click", "club", "page", "cloud", "goog"};
  const std::string last = lower(word.substr(dot + 1));
  return std::find(std::begin(kCommon), std::end(kCommon), last) != std::end(kCommon);
}

// The first host that the text names: in a URL, after "www.", in a mail address, or as the whole text.
std::string host_in(std::string_view text) {
  const auto run = [&](size_t from) {
    size_t end = from;
    while (end < text.size() && is_host_character(text[end]) && static_cast<unsigned char>(text[end]) < 0x80)
      ++end;
    return text.substr(from, end - from);
  };
  if (const size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    std::string host = host_of(text.substr(scheme + 3, 300));
    // Japanese may follow without a blank: "https://example.jpをご覧ください".
    const auto foreign =
        std::find_if(host.begin(), host.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    const std::string ascii(host.begin(), foreign);
    if (looks_like_host(ascii)) host = ascii;
    return host.find('.') == std::string::npos ? std::string{} : host;
  }
  const std::string small = lower(text.substr(0, 300));
  if (const size_t www = small.find("www."); www != std::string::npos) return host_of(run(www));
  if (const size_t at = text.find('@'); at != std::string_view::npos && looks_like_host(run(at + 1)))
    return host_of(run(at + 1));
  const size_t end = std::min(text.find('/'), text.size());
  return looks_like_host(text.substr(0, end)) ? host_of(text.substr(0, end)) : std::string{};
}

bool is_same_or_below(std::string_view host, std::string_view parent) {
  return host == parent ||
         (host.size() > parent.size() && host.substr(host.size() - parent.size()) == parent &&
          host[host.size() - parent.size() - 1] == '.');
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string digits_of(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_digit);
  return digits;
}

std::string number_of(std::string_view text) {
  std::string number;
  std::copy_if(text.begin(), text.end(), std::back_inserter(number),
               [](char c) { return is_digit(c) || std::string_view("+-().#*").find(c) != std::string_view::npos; });
  return number;
}

}  // namespace

LinkTarget resolve_link(std::string_view untrusted_href, std::string_view base) {
  const std::string href = clean_href(untrusted_href);
  if (href.empty() || href[0] == '#') return {};
  if (const size_t length = scheme_length(href)) {
    const std::string scheme = lower(href.substr(0, length));
    const std::string_view rest = std::string_view(href).substr(length);
    if (scheme == "http:" || scheme == "https:" || scheme == "ftp:") return web(scheme, rest);
    if (scheme == "mailto:") {
      LinkTarget target{LinkTarget::Kind::mail, mail_address_of(rest), {}};
      if (target.shown.empty()) return {};
      target.host = lower(target.shown.substr(target.shown.rfind('@') + 1));
      return target;
    }
    if (scheme == "tel:" || scheme == "sms:")
      return {LinkTarget::Kind::telephone, number_of(rest.substr(0, rest.find_first_of("?;"))), {}};
    if (scheme == "cid:" || scheme == "about:") return {};
    return {LinkTarget::Kind::unsafe, {}, {}};
  }
  if (href.size() >= 2 && is_slash(href[0]) && is_slash(href[1])) return web("https:", href);
  const LinkTarget relative{LinkTarget::Kind::relative, href, {}};
  if (base.empty() || base.size() > kMaxBase) return relative;
  const LinkTarget origin = resolve_link(base, {});
  if (origin.kind != LinkTarget::Kind::web) return relative;
  const std::string& url = origin.shown;
  const size_t authority_end = std::min(url.find_first_of("/?#", url.find("//") + 2), url.size());
  if (is_slash(href[0])) return resolve_link(url.substr(0, authority_end) + href, {});
  const size_t path_end = std::min(url.find_first_of("?#"), url.size());
  const size_t slash = url.rfind('/', path_end == 0 ? 0 : path_end - 1);
  const std::string directory = slash == std::string::npos || slash < authority_end
                                    ? url.substr(0, authority_end) + '/'
                                    : url.substr(0, slash + 1);
  return resolve_link(directory + href, {});
}

bool says_target(std::string_view untrimmed, const LinkTarget& target) {
  const std::string_view text = trimmed(untrimmed);
  std::string_view shown = target.shown;
  if (text == shown) return true;
  if (target.kind == LinkTarget::Kind::telephone) return digits_of(text).find(digits_of(shown)) != std::string::npos;
  if (target.kind == LinkTarget::Kind::mail) return equals_ignoring_case(text, shown);
  if (!shown.empty() && shown.back() == '/') shown.remove_suffix(1);
  std::string_view said = text;
  if (!said.empty() && said.back() == '/') said.remove_suffix(1);
  if (said == shown) return true;
  const size_t slashes = shown.find("//");
  return slashes != std::string_view::npos && said == shown.substr(slashes + 2);
}

bool names_other_host(std::string_view untrimmed, const LinkTarget& target) {
  const std::string named = host_in(trimmed(untrimmed));
  if (named.empty() || target.host.empty()) return false;
  return !is_same_or_below(target.host, named) && !is_same_or_below(named, target.host);
}

}  // namespace mugai::sanitize
