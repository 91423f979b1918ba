#include <algorithm>

#include "sanitizers/text/html_text.h"

namespace mugai::sanitize {

std::string html_meta_charset(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, 1024);
  std::string lower(head);
  for (char& c : lower) c = ascii_lower(c);
  for (size_t meta = lower.find("<meta"); meta != std::string::npos; meta = lower.find("<meta", meta + 5)) {
    const size_t end = std::min(lower.find('>', meta), lower.size());
    size_t at = lower.find("charset", meta);
    if (at == std::string::npos || at > end) continue;
    at += 7;
    const auto skip = [&](std::string_view these) {
      while (at < end && these.find(lower[at]) != std::string_view::npos) ++at;
    };
    skip(" \t\r\n");
    if (at >= end || lower[at] != '=') continue;
    skip("= \t\r\n\"'");
    const size_t start = at;
    while (at < end && std::string_view(" \t\r\n\"';/>").find(lower[at]) == std::string_view::npos) ++at;
    if (at > start) return lower.substr(start, at - start);
  }
  return {};
}

}  // namespace mugai::sanitize
