#include "sanitizers/verify/xml_tags.h"

#include <algorithm>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {

namespace {

constexpr std::string_view kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

bool read_tag(std::string_view text, XmlTag& tag) {
  tag = XmlTag();
  if (text.starts_with('/')) tag.closes = true, text.remove_prefix(1);
  if (text.ends_with('/')) tag.empty = true, text.remove_suffix(1);
  size_t at = std::min(text.find(' '), text.size());
  tag.name = text.substr(0, at);
  while (at < text.size()) {
    const size_t equals = text.find("=\"", ++at);
    if (equals == text.npos) return false;
    const size_t end = text.find('"', equals + 2);
    if (end == text.npos) return false;
    tag.attributes[text.substr(at, equals - at)] = xml_unescaped(text.substr(equals + 2, end - equals - 2));
    at = end + 1;
    if (at < text.size() && text[at] != ' ') return false;
  }
  return !tag.name.empty();
}

}  // namespace

std::string XmlTag::value(std::string_view key) const {
  const auto found = attributes.find(key);
  return found == attributes.end() ? std::string() : found->second;
}

std::string xml_unescaped(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kNames[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#9;", '\t'}, {"&#10;", '\n'}, {"&#13;", '\r'}};
  std::string plain;
  for (size_t at = 0; at < text.size();) {
    const auto* found = std::find_if(std::begin(kNames), std::end(kNames), [&](const auto& row) { return text.substr(at).starts_with(row.first); });
    plain += found == std::end(kNames) ? text[at] : found->second;
    at += found == std::end(kNames) ? 1 : found->first.size();
  }
  return plain;
}

bool read_xml_tags(Bytes b, const std::function<void(const XmlTag&)>& on_tag, const std::function<void(Bytes)>& on_text, Objections& found) {
  if (!b.starts_with(kHead) || !is_valid_utf8(b)) return found.add("damaged-document"), false;
  XmlTag tag;
  for (size_t at = kHead.size(); at < b.size();) {
    const size_t open = std::min(b.find('<', at), b.size());
    on_text(b.substr(at, open - at));
    if (open == b.size()) break;
    const size_t close = b.find('>', open);
    if (close == b.npos) return found.add("damaged-document"), false;
    const Bytes inside = b.substr(open + 1, close - open - 1);
    if (inside.starts_with('!') || inside.starts_with('?')) return found.add("xml-entity"), false;
    if (!read_tag(inside, tag)) return found.add("damaged-document"), false;
    on_tag(tag);
    at = close + 1;
  }
  return true;
}

}  // namespace mugai::sanitize
