// Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183) with RFC 2231 and what senders make of them:
// the segments of one parameter are put together and decoded.
#include <algorithm>
#include <map>

#include "sanitizers/mime/encoded_word.h"
#include "sanitizers/mime/header_text.h"
#include "sanitizers/mime/parameter_segments.h"
#include "sanitizers/text/charset.h"
#include "sanitizers/text/hex.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxSections = 1000;

// A value shows no line ends and no NUL, whatever was percent-encoded; other characters are judged by who
// uses it.
std::string one_line(std::string value) {
  for (char& c : value)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return value;
}

std::string decode_plain(std::string_view value, ParameterizedValue& result) {
  bool found = false;
  std::string decoded = decode_words(value, found);
  if (found) add_note(result, "encoded-word-in-parameter");
  return one_line(std::move(decoded));
}

// charset'language'value; without the two quotes there is no charset.
std::string split_charset(std::string& bytes) {
  const size_t first = bytes.find('\'');
  const size_t second = first == std::string::npos ? first : bytes.find('\'', first + 1);
  if (second == std::string::npos) return {};
  std::string charset = bytes.substr(0, first);
  bytes.erase(0, second + 1);
  return charset;
}

// Sections in order. Percent-encoded ones and ASCII make one run of bytes in the charset; raw text beyond
// ASCII was decoded already and stands for itself.
std::string decode_sections(const std::vector<const ParameterSegment*>& sections,
                            ParameterizedValue& result) {
  std::string out, bytes, charset;
  const auto flush = [&] {
    out += charset.empty() ? decode_short(bytes).utf8 : decode_text(bytes, charset).utf8;
    bytes.clear();
  };
  bool first = true, any_extended = false;
  for (const ParameterSegment* section : sections) {
    any_extended = any_extended || section->extended;
    if (section->extended) {
      std::string value = section->value;
      if (first) charset = split_charset(value);
      bytes += percent_decoded(value);
    } else if (is_plain_ascii(section->value)) {
      bytes += section->value;
    } else {
      flush();
      out += decode_short(section->value).utf8;
    }
    first = false;
  }
  flush();
  return any_extended ? one_line(std::move(out)) : decode_plain(out, result);
}

// All that was said about one parameter.
struct Gathered {
  std::vector<const ParameterSegment*> plain, extended;
  std::map<int, const ParameterSegment*> sections,
      repeated;  // by number; the first of each, and the last of those sent twice
};

void add_reading(Parameter& parameter, std::string reading) {
  constexpr size_t kMaxReadings = 16;
  if (reading == parameter.value || parameter.readings.size() >= kMaxReadings) return;
  if (std::find(parameter.readings.begin(), parameter.readings.end(), reading) == parameter.readings.end())
    parameter.readings.push_back(std::move(reading));
}

Parameter assemble(const std::string& name, const Gathered& gathered, ParameterizedValue& result) {
  std::vector<std::string> candidates;  // most shown first
  const auto add_plain = [&] {
    for (const ParameterSegment* segment : gathered.plain)
      candidates.push_back(decode_plain(segment->value, result));
  };
  // Readers of names prefer the form that can carry any character; nobody looks for it elsewhere first.
  const bool is_name = name == "filename" || name == "name";
  if (!is_name) add_plain();
  for (const ParameterSegment* segment : gathered.extended)
    candidates.push_back(decode_sections({segment}, result));
  if (!gathered.sections.empty()) {
    std::vector<const ParameterSegment*> in_order, all;
    for (const auto& [number, segment] : gathered.sections) {
      if (number == static_cast<int>(in_order.size())) in_order.push_back(segment);
      all.push_back(segment);
    }
    // A gap ends the value for some readers and not for others.
    if (in_order.size() != all.size()) add_note(result, "malformed-parameter");
    if (!in_order.empty()) candidates.push_back(decode_sections(in_order, result));
    if (in_order.size() != all.size()) candidates.push_back(decode_sections(all, result));
    if (!gathered.repeated.empty()) {
      std::vector<const ParameterSegment*> last;
      for (const auto& [number, segment] : gathered.sections) {
        const auto again = gathered.repeated.find(number);
        last.push_back(again == gathered.repeated.end() ? segment : again->second);
      }
      candidates.push_back(decode_sections(last, result));
    }
  }
  if (is_name) add_plain();

  Parameter parameter;
  parameter.name = name;
  parameter.value = candidates.front();
  for (std::string& candidate : candidates) add_reading(parameter, std::move(candidate));
  if (is_name && !parameter.readings.empty()) add_note(result, "conflicting-filename");
  for (const auto* list : {&gathered.plain, &gathered.extended}) {
    if (list->size() > 1) add_note(result, "duplicate-parameter");
    for (const ParameterSegment* segment : *list)
      for (const std::string& reading : segment->readings)
        add_reading(parameter, decode_plain(reading, result));
  }
  // Browsers, and some mail readers, undo percent signs and a charset that stands in a plain value.
  if (is_name && !gathered.plain.empty()) {
    std::string value = gathered.plain.front()->value;
    if (value.find('%') != std::string::npos) {
      add_reading(parameter, one_line(decode_short(percent_decoded(value)).utf8));
      const std::string charset = split_charset(value);
      if (!charset.empty())
        add_reading(parameter, one_line(decode_text(percent_decoded(value), charset).utf8));
    }
  }
  return parameter;
}

ParameterizedValue parse(std::string_view text) {
  ParameterizedValue result;
  const std::vector<ParameterSegment> segments = cut_segments(text, result);
  std::map<std::string, Gathered> gathered;
  std::vector<std::string> order;
  for (const ParameterSegment& segment : segments) {
    const auto [entry, inserted] = gathered.try_emplace(segment.name);
    if (inserted) order.push_back(segment.name);
    Gathered& all = entry->second;
    if (segment.section < 0) {
      (segment.extended ? all.extended : all.plain).push_back(&segment);
    } else if (segment.section >= static_cast<int>(kMaxSections)) {
      add_note(result, "malformed-parameter");
    } else if (!all.sections.try_emplace(segment.section, &segment).second) {
      all.repeated[segment.section] = &segment;
      add_note(result, "duplicate-parameter");
    }
  }
  for (const std::string& name : order) {
    const Gathered& all = gathered[name];
    if (!all.plain.empty() || !all.extended.empty() || !all.sections.empty())
      result.parameters.push_back(assemble(name, all, result));
  }
  return result;
}

}  // namespace

const Parameter* ParameterizedValue::find(std::string_view name) const {
  for (const Parameter& parameter : parameters)
    if (parameter.name == name) return &parameter;
  return nullptr;
}

ParameterizedValue parse_parameterized(Bytes untrusted_raw_value) {
  const std::string raw = unfold(untrusted_raw_value);
  if (is_plain_ascii(raw)) return parse(raw);
  // Raw CP932 and ISO-2022-JP hold bytes that look like quotes, backslashes and semicolons: decode first. A
  // reader that cuts first sees other names, so that reading counts as well.
  ParameterizedValue result = parse(decode_short(raw).utf8);
  add_note(result, "raw-8bit");
  std::map<std::string, size_t> index;
  for (size_t i = 0; i < result.parameters.size(); ++i) index[result.parameters[i].name] = i;
  for (Parameter& other : parse(raw).parameters) {
    const auto [entry, inserted] = index.try_emplace(other.name, result.parameters.size());
    if (inserted) {
      result.parameters.push_back(std::move(other));
      continue;
    }
    Parameter& same = result.parameters[entry->second];
    add_reading(same, std::move(other.value));
    for (std::string& reading : other.readings) add_reading(same, std::move(reading));
  }
  return result;
}

}  // namespace mugai::sanitize
