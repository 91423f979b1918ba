#include "sanitizers/formats/content_values.h"

#include <algorithm>

#include "sanitizers/mime/address.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxShort = 2'000;    // tokens, numbers, addresses
constexpr size_t kMaxTimes = 100'000;  // a list of exceptions may be long
constexpr size_t kMaxParameterValues = 100, kMaxParameterBytes = 1'000;
constexpr std::string_view kNoAddress = "invalid:nomail";

bool is_alnum(char c) {
  return (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || (c >= '0' && c <= '9');
}

bool consists_of(std::string_view text, std::string_view besides_alnum, size_t max) {
  return !text.empty() && text.size() <= max && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alnum(c) || besides_alnum.find(c) != std::string_view::npos;
  });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool begins(std::string_view text, std::string_view with) {
  return equals_ignoring_case(text.substr(0, with.size()), with);
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

// A display name may not pass for the address of somebody else.
std::string without_false_address(std::string name, std::string_view address) {
  if (!address.empty() && equals_ignoring_case(name, address)) return name;
  for (size_t at = name.find('@'); at != std::string::npos; at = name.find('@', at)) name.replace(at, 1, "＠");
  return name;
}

}  // namespace

void Removals::add(std::string_view what, uint64_t count) {
  if (count == 0) return;
  const auto found = std::find_if(list.begin(), list.end(), [&](const Removed& one) { return one.what == what; });
  if (found == list.end())
    list.push_back({std::string(what), count});
  else
    found->count += count;
}

void Removals::add(const std::vector<Removed>& more) {
  for (const Removed& one : more) add(one.what, one.count);
}

const PropertyRule* find_rule(std::span<const PropertyRule> rules, std::string_view upper_name) {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const PropertyRule& one) { return one.name == upper_name; });
  return found == rules.end() ? nullptr : &*found;
}

bool is_web_link(std::string_view value) {
  return begins(value, "http://") || begins(value, "https://");
}

std::string clean_person(std::string_view value) {
  value = trimmed(value);
  if (begins(value, "mailto:")) value.remove_prefix(7);
  value = value.substr(0, value.find('?'));
  if (value.size() > kMaxShort) return std::string(kNoAddress);
  const AddressList list = parse_addresses(value, 2);
  // What is left of a broken one need not be an address any more.
  if (list.mailboxes.size() != 1 || list.mailboxes.front().address.find('@') == std::string::npos)
    return std::string(kNoAddress);
  return "mailto:" + list.mailboxes.front().address;
}

std::string ValueCleaner::clean_text(std::string_view escaped) const {
  Scrubbed scrubbed = scrub_body(unescape_text(escaped, legacy), urls);
  removals->add(scrubbed.removed);
  return std::move(scrubbed.text);
}

std::optional<std::string> ValueCleaner::clean(ValueKind kind, std::string_view value) const {
  const std::string_view word = trimmed(value);
  const auto if_all = [&](std::string_view besides, size_t max) -> std::optional<std::string> {
    if (!consists_of(word, besides, max)) return std::nullopt;
    return std::string(word);
  };
  switch (kind) {
    case ValueKind::text:
      return escape_text(clean_text(value));
    case ValueKind::texts:
    case ValueKind::structured: {
      std::string out;
      bool first_part = true;
      for (const std::string_view part : split_value(value, kind == ValueKind::structured || legacy ? ';' : ',')) {
        if (!first_part) out += kind == ValueKind::structured ? ';' : ',';
        first_part = false;
        bool first = true;
        // vCard 2.1 has no lists inside of parts.
        for (const std::string_view one : legacy ? std::vector{part} : split_value(part, ',')) {
          if (!first) out += ',';
          first = false;
          out += escape_text(clean_text(one));
        }
      }
      return out;
    }
    case ValueKind::token:
      return if_all("-_ ", kMaxShort);
    case ValueKind::integer:
      return if_all("+-", 20);
    case ValueKind::time:
      return if_all("+-:/,.", kMaxTimes);
    case ValueKind::rule: {
      const std::optional<std::string> rule = if_all("=;,+-", kMaxShort);
      return rule && upper(*rule).find("FREQ=") != std::string::npos ? rule : std::nullopt;
    }
    case ValueKind::offset:
      return if_all("+-:", 20);
    case ValueKind::place:
      return if_all("+-.;,:", 100);
    case ValueKind::person:
      return clean_person(value);
    case ValueKind::link:
      // A link that may stay must be one word.
      return is_web_link(word) && word.size() <= kMaxShort && scrub_line(word) == word && word.find(' ') == word.npos
                 ? std::optional(std::string(word))
                 : std::nullopt;
    case ValueKind::telephone: {
      if (word.empty() || word.size() > kMaxShort) return std::nullopt;
      return escape_text(scrub_line(clean_text(word)));
    }
  }
  return std::nullopt;
}

std::vector<LineParameter> ValueCleaner::clean_parameters(const ContentLine& line,
                                                          std::span<const ParameterRule> rules) const {
  std::vector<LineParameter> out;
  const std::string person = clean_person(line.value);
  for (const ParameterRule& rule : rules) {
    LineParameter clean{std::string(rule.name), {}};
    for (const LineParameter& parameter : line.parameters) {
      if (parameter.name != rule.name) continue;
      for (const std::string& value : parameter.values) {
        if (clean.values.size() >= kMaxParameterValues || value.size() > kMaxParameterBytes) continue;
        Scrubbed scrubbed = scrub_body(value, urls);
        removals->add(scrubbed.removed);
        std::string text = rule.kind == ValueKind::person ? clean_person(value) : scrub_line(scrubbed.text);
        if (rule.kind == ValueKind::token && !consists_of(text, "-_.+", kMaxParameterBytes)) continue;
        if (rule.kind == ValueKind::person && text == kNoAddress) continue;
        std::erase(text, '"');
        if (rule.name == "CN")
          text = without_false_address(std::move(text), person.substr(std::min<size_t>(person.size(), 7)));
        if (!text.empty()) clean.values.push_back(std::move(text));
      }
    }
    if (!clean.values.empty()) out.push_back(std::move(clean));
  }
  return out;
}

}  // namespace mugai::sanitize
