// Calendars and address cards (RFC 5545, RFC 6350): nothing that brings a file, starts something or points to other than
// the web, mail and telephone.
#include "sanitizers/verify/checks.h"

namespace mugai::sanitize {

namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

void check_line(std::string_view untrusted_line, Objections& found) {
  const std::string line = upper(untrusted_line);
  std::string name = line.substr(0, line.find_first_of(":;"));
  if (const size_t dot = name.rfind('.'); dot != name.npos) name.erase(0, dot + 1);   // a group of vCard
  static constexpr std::string_view kNever[] = {"ATTACH", "X-ALT-DESC", "SOUND", "KEY", "AGENT", "STYLED-DESCRIPTION", "IMAGE"};
  if (std::find(std::begin(kNever), std::end(kNever), name) != std::end(kNever)) found.add("attachment-in-record");
  if (name == "ACTION" && line.find("PROCEDURE") != line.npos) found.add("attachment-in-record");
  if (name != "URL" && name != "SOURCE" && name != "CONFERENCE") return;
  const std::string value = line.substr(std::min(line.find(':'), line.size() - 1) + 1);
  const size_t scheme = value.find(':');
  static constexpr std::string_view kSchemes[] = {"HTTP", "HTTPS", "MAILTO", "TEL"};
  if (scheme != value.npos &&
      std::find(std::begin(kSchemes), std::end(kSchemes), value.substr(0, scheme)) == std::end(kSchemes))
    found.add("link");
}

}  // namespace

void check_records(Bytes bytes, Objections& found) {
  check_text(bytes, *type_by_id("text"), found);
  std::string line;   // unfolded
  for (size_t at = 0; at < bytes.size();) {
    size_t end = std::min(bytes.find('\n', at), bytes.size());
    Bytes next = bytes.substr(at, end - at);
    at = end + 1;
    if (!next.empty() && next.back() == '\r') next.remove_suffix(1);
    if (!next.empty() && (next[0] == ' ' || next[0] == '\t')) {
      line.append(next.substr(1));
      continue;
    }
    if (!line.empty()) check_line(line, found);
    line = next;
  }
  if (!line.empty()) check_line(line, found);
}

}  // namespace mugai::sanitize
