#include "sanitizers/text/urls.h"

#include <functional>

#include "config/base/bytes.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr std::string_view kRemovedMark = "[URL削除 / URL removed]";
constexpr size_t kMaxScheme = 32, kMaxHost = 300;  // what is longer is no name that could be reached

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_scheme_character(char c) {
  return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}
bool is_slash(char c) {
  return c == '/' || c == '\\';
}

struct Url {
  size_t begin = 0, host = 0, host_end = 0;
  std::string_view scheme;
  bool bare = false;  // "www." without a scheme
};

// Characters of a path that no reader ends a link at.
bool is_path_character(char c) {
  return c > ' ' && c < 0x7F && c != '<' && c != '>' && c != '"' && c != '`' && c != '{' && c != '}' &&
         c != '|' && c != '^';
}
bool is_host_character(char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '@' ||
         c == '%' || c == '[' || c == ']' || c == '~' || c == '!' || c == '$' || c == '&' || c == '*' ||
         c == '+' || c == ',' || c == ';' || c == '=';
}

// Japanese follows a URL without a blank: letters beyond ASCII belong to the host only if a dot and ASCII
// follow them.
size_t end_of_host(std::string_view text, size_t at) {
  size_t ascii_end = at;
  bool foreign = false, dot_since = false;
  size_t i = at;
  for (size_t letters = 0; i < text.size() && letters < kMaxHost; ++letters) {
    if (static_cast<unsigned char>(text[i]) >= 0x80) {
      const CodePoint c = code_point_at(text, i);
      if (c.length == 0 || (c.value >= 0x3000 && c.value <= 0x3004) ||
          (c.value >= 0x3008 && c.value <= 0x3020) || (c.value >= 0xFF00 && c.value <= 0xFF0F) ||
          c.value < 0xC0 || (c.value >= 0x2000 && c.value <= 0x20FF))
        break;
      foreign = true;
      dot_since = false;
      i += c.length;
      continue;
    }
    if (!is_host_character(text[i])) break;
    if (text[i] == '.') dot_since = true;
    ++i;
    if (!foreign || (dot_since && is_letter(text[i - 1]))) ascii_end = i;
  }
  size_t end = ascii_end;
  const auto trailing = [](char c) {
    return c == '.' || c == ',' || c == ';' || c == ':' || c == '!' || c == '*' || c == '&' || c == ']';
  };
  while (end > at && trailing(text[end - 1]) && !(text[end - 1] == ']' && text[at] == '[')) --end;
  return end;
}

// The end of what stands behind the host. Only for callers that go on from there: looking ahead at each URL
// of a long row of them would not be linear.
size_t end_of_path(std::string_view text, size_t host_end) {
  size_t end = host_end;
  if (end == text.size() || !(is_slash(text[end]) || text[end] == '?' || text[end] == '#')) return end;
  while (end < text.size() && is_path_character(text[end])) ++end;
  while (end > host_end && std::string_view(".,;:!?)]'").find(text[end - 1]) != std::string_view::npos) --end;
  return end;
}

bool is_defanged_scheme(std::string_view scheme) {
  for (const std::string_view ours : {"hxxp", "hxxps", "fxp", "fxps"})
    if (equals_ignoring_case(scheme, ours)) return true;
  return false;
}

// Looks at a ':' that two slashes follow; the scheme stands before it.
bool url_at_colon(std::string_view text, size_t colon, Url& url) {
  if (colon + 3 > text.size() || !is_slash(text[colon + 1]) || !is_slash(text[colon + 2])) return false;
  size_t begin = colon;
  while (begin > 0 && colon - begin < kMaxScheme && is_scheme_character(text[begin - 1])) --begin;
  while (begin < colon && !is_letter(text[begin])) ++begin;
  if (begin == colon) return false;
  url.scheme = text.substr(begin, colon - begin);
  if (is_defanged_scheme(url.scheme) || url.scheme.size() == 1) return false;  // "C:\\dir" is no link
  url.begin = begin;
  url.host = colon + 3;
  while (url.host < text.size() && is_slash(text[url.host])) ++url.host;
  url.host_end = end_of_host(text, url.host);
  return true;
}

bool url_at_www(std::string_view text, size_t at, size_t from, Url& url) {
  if (!equals_ignoring_case(text.substr(at, 4), "www.")) return false;
  const char next = static_cast<char>(byte_at(text, at + 4));
  if (!is_letter(next) && !is_digit(next) && static_cast<unsigned char>(next) < 0x80) return false;
  if (at > from) {
    const char before = text[at - 1];
    if (is_letter(before) || is_digit(before) || before == '@' || before == '.' || before == '-' ||
        before == '_')
      return false;
  }
  url.bare = true;
  url.begin = url.host = at;
  url.host_end = end_of_host(text, url.host);
  const std::string_view host = text.substr(at, url.host_end - at);
  return host.find('@') == std::string_view::npos && host.size() > 4;
}

// `put` writes the replacement and returns where to go on.
std::string replace_urls(std::string_view text, uint64_t& count,
                         const std::function<size_t(const Url&, std::string&)>& put) {
  std::string out;
  size_t copied = 0;
  for (size_t i = 0; i < text.size();) {
    const size_t at = text.find_first_of(":wW", i);
    if (at == std::string_view::npos) break;
    Url url;
    if (!(text[at] == ':' ? url_at_colon(text, at, url) : url_at_www(text, at, copied, url))) {
      i = at + 1;
      continue;
    }
    if (url.begin < copied) {  // "http://a.b://c": its scheme is the end of the URL before
      url.begin = copied;
      url.scheme = text.substr(copied, at - copied);
    }
    out += text.substr(copied, url.begin - copied);
    copied = i = put(url, out);
    ++count;
  }
  out += text.substr(copied);
  return out;
}

void append_defanged_scheme(std::string_view scheme, std::string& out) {
  if (equals_ignoring_case(scheme, "http"))
    out += "hxxp://";
  else if (equals_ignoring_case(scheme, "https"))
    out += "hxxps://";
  else if (equals_ignoring_case(scheme, "ftp"))
    out += "fxp://";
  else if (equals_ignoring_case(scheme, "ftps"))
    out += "fxps://";
  else
    (out += scheme) += "[:]//";
}

}  // namespace

std::string defang_urls(std::string_view text, uint64_t& count) {
  return replace_urls(text, count, [&](const Url& url, std::string& out) {
    if (!url.bare) append_defanged_scheme(url.scheme, out);
    for (size_t i = url.host; i < url.host_end; ++i) {
      const bool bracketed = byte_at(text, i - 1) == '[' && byte_at(text, i + 1) == ']';
      if (text[i] == '.' && !(i > url.host && bracketed))
        out += "[.]";
      else
        out += text[i];
    }
    return url.host_end;  // the path may hold another URL
  });
}

std::string remove_urls(std::string_view text, uint64_t& count) {
  return replace_urls(text, count, [&](const Url& url, std::string& out) {
    out += kRemovedMark;
    return end_of_path(text, url.host_end);
  });
}

}  // namespace mugai::sanitize
