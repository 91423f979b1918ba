// Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2183) with RFC 2231 and what senders make of them. First the
// value is cut into segments, then segments of one parameter are put together and decoded.
#include <algorithm>
#include <map>

#include "sanitizers/mime/encoded_word.h"
#include "sanitizers/mime/header_text.h"
#include "sanitizers/text/charset.h"
#include "sanitizers/text/japanese.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxNameBytes = 60;
constexpr size_t kMaxSections = 1000;

struct Segment {
  std::string name;         // lower-case, without '*'
  int section = -1;         // of name*N; -1: not a continuation
  bool extended = false;    // ends with '*': percent-encoded
  std::string value;        // without quotes and comments
  std::vector<std::string> readings;  // what stricter or laxer readers would take
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

void note(ParameterizedValue& value, std::string_view id) {
  if (std::find(value.notes.begin(), value.notes.end(), id) == value.notes.end()) value.notes.emplace_back(id);
}

class Cutter {
 public:
  Cutter(std::string_view text, ParameterizedValue& value) : text_(text), value_(value) {}

  std::vector<Segment> cut() {
    skip_blanks_and_comments();
    const size_t start = at_;
    while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != ';' && text_[at_] != '(' && text_[at_] != '=') ++at_;
    std::string word(text_.substr(start, at_ - start));
    skip_blanks_and_comments();
    if (at_ < text_.size() && text_[at_] == '=') {  // there is no value: begins with a parameter
      at_ = start;
      note(value_, "malformed-value");
    } else {
      set_value(word);
      if (at_ < text_.size() && text_[at_] != ';') note(value_, "malformed-value");
    }
    std::vector<Segment> segments;
    while (at_ < text_.size()) {
      skip_blanks_and_comments();
      if (at_ < text_.size() && text_[at_] == ';') ++at_;
      else if (at_ < text_.size()) read_segment(segments);
    }
    return segments;
  }

 private:
  void set_value(std::string& word) {
    word = trimmed(word);
    if (word.size() >= 2 && word.front() == '"' && word.back() == '"') word = word.substr(1, word.size() - 2);
    size_t slashes = 0;
    bool good = !word.empty();
    for (char& c : word) {
      c = ascii_lower(c);
      slashes += c == '/' ? 1 : 0;
      if (c <= ' ' || c >= 0x7F || std::string_view("()<>@,;:\\\"[]?=").find(c) != std::string_view::npos) good = false;
    }
    if (slashes > 1 || word.empty() || word.front() == '/' || word.back() == '/') good = false;
    if (good) value_.value = word;
    else note(value_, "malformed-value");
  }

  void skip_blanks_and_comments() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_])) ++at_;
      else if (text_[at_] == '(') skip_comment();
      else break;
    }
  }

  // An unclosed comment is no comment: dropping the rest would hide a name.
  void skip_comment() {
    size_t depth = 0;
    if (!unclosed_comments_) {
      for (size_t i = at_; i < text_.size(); ++i) {
        if (text_[i] == '\\') ++i;
        else if (text_[i] == '(') ++depth;
        else if (text_[i] == ')' && --depth == 0) {
          at_ = i + 1;
          return;
        }
      }
      unclosed_comments_ = true;  // and so is each later one: look only once
    }
    ++at_;
  }

  void read_segment(std::vector<Segment>& segments) {
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] != '=' && text_[at_] != ';' && text_[at_] != '"') ++at_;
    if (at_ >= text_.size() || text_[at_] != '=') {
      note(value_, "malformed-parameter");
      if (at_ < text_.size() && text_[at_] == '"') {
        std::vector<std::string> ignored;
        (void)read_quoted(ignored);
      }
      return;
    }
    std::string name(trimmed(text_.substr(start, at_ - start)));
    if (const size_t paren = name.find('('); paren != std::string::npos) name = trimmed(std::string_view(name).substr(0, paren));
    ++at_;
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    Segment segment;
    segment.value = at_ < text_.size() && text_[at_] == '"' ? read_quoted(segment.readings) : read_unquoted(is_name_of_file(name), segment.readings);
    if (name.size() > kMaxNameBytes) note(value_, "long-parameter-name");
    else if (set_name(segment, name)) segments.push_back(std::move(segment));
    else note(value_, "malformed-parameter");
  }

  static bool set_name(Segment& segment, std::string& name) {
    if (!name.empty() && name.back() == '*') {
      segment.extended = true;
      name.pop_back();
    }
    if (const size_t star = name.rfind('*'); star != std::string::npos) {
      const std::string digits = name.substr(star + 1);
      if (digits.empty() || digits.size() > 4 || digits.find_first_not_of("0123456789") != std::string::npos) return false;
      segment.section = std::stoi(digits);
      name.resize(star);
    }
    for (char& c : name) {
      c = ascii_lower(c);
      if (c <= ' ' || c >= 0x7F || c == '*') return false;
    }
    segment.name = name;
    return !name.empty();
  }

  // at_ is on the opening quote.
  std::string read_quoted(std::vector<std::string>& readings) {
    std::string as_shown, strict;  // most readers unescape only quotes and backslashes: senders write C:\dir
    ++at_;
    bool closed = false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') {
        closed = true;
        break;
      }
      if (c == '\\' && at_ < text_.size()) {
        const char escaped = text_[at_++];
        if (escaped != '"' && escaped != '\\') as_shown += c;
        as_shown += escaped;
        strict += escaped;
      } else {
        as_shown += c;
        strict += c;
      }
    }
    if (!closed) note(value_, "malformed-parameter");
    if (strict != as_shown) readings.push_back(strict);
    // What stands between the closing quote and the next ';' belongs to the value for some readers.
    const size_t after = at_;
    while (at_ < text_.size() && text_[at_] != ';' && !is_blank(text_[at_])) ++at_;
    if (at_ > after && text_[after] != '(') {
      note(value_, "malformed-parameter");
      readings.push_back(as_shown + std::string(text_.substr(after, at_ - after)));
    } else if (at_ > after) {
      at_ = after;
    }
    return as_shown;
  }

  static bool is_name_of_file(std::string_view name) { return equals_ignoring_case(name.substr(0, 8), "filename") || equals_ignoring_case(name.substr(0, 4), "name"); }

  std::string read_unquoted(bool may_hold_blanks, std::vector<std::string>& readings) {
    const size_t start = at_;
    // An encoded word may hold anything but a blank; its '?' and '=' do not end a value, its ';' neither.
    while (at_ < text_.size() && text_[at_] != ';') {
      const EncodedWord word = text_[at_] == '=' ? encoded_word_at(text_, at_) : EncodedWord{};
      if (!may_hold_blanks && is_blank(text_[at_])) {  // only a name is worth guessing that its quotes were forgotten
        const std::string_view value = text_.substr(start, at_ - start);
        skip_blanks_and_comments();
        if (at_ < text_.size() && text_[at_] != ';') note(value_, "malformed-parameter");
        return without_comments(value);
      }
      at_ += word.length ? word.length : 1;
    }
    at_ = std::min(at_, text_.size());
    std::string value(trimmed(text_.substr(start, at_ - start)));
    // "report(1).txt" is a name with brackets, "utf-8 (comment)" is not; the other reading is kept.
    const std::string bare = without_comments(value);
    if (bare != value) {
      const size_t paren = value.find('(');
      const bool touching = paren > 0 && paren != std::string::npos && !is_blank(value[paren - 1]);
      readings.push_back(touching ? bare : value);
      if (!touching) value = bare;
    }
    if (const size_t blank = value.find_first_of(" \t"); blank != std::string::npos && value.find("=?") == std::string::npos) {
      note(value_, "malformed-parameter");
      readings.push_back(value.substr(0, blank));
    }
    return value;
  }

  static std::string without_comments(std::string_view value) {
    std::string out;
    size_t depth = 0;
    for (const char c : value) {
      if (c == '(') ++depth;
      if (depth == 0) out += c;
      if (c == ')' && depth > 0) --depth;
    }
    return depth == 0 ? std::string(trimmed(out)) : std::string(value);
  }

  std::string_view text_;
  ParameterizedValue& value_;
  size_t at_ = 0;
  bool unclosed_comments_ = false;
};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// A value shows no line ends and no NUL, whatever was percent-encoded; other characters are judged by who uses it.
std::string one_line(std::string value) {
  for (char& c : value)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return value;
}

std::string decode_plain(std::string_view value, ParameterizedValue& result) {
  bool found = false;
  std::string decoded = decode_words(value, found);
  if (found) note(result, "encoded-word-in-parameter");
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

// Sections in order. Percent-encoded ones and ASCII make one run of bytes in the charset; raw text beyond ASCII was
// decoded already and stands for itself.
std::string decode_sections(const std::vector<const Segment*>& sections, ParameterizedValue& result) {
  std::string out, bytes, charset;
  const auto flush = [&] {
    out += charset.empty() ? decode_short(bytes).utf8 : decode_text(bytes, charset).utf8;
    bytes.clear();
  };
  bool first = true, any_extended = false;
  for (const Segment* section : sections) {
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
  std::vector<const Segment*> plain, extended;
  std::map<int, const Segment*> sections, repeated;  // by number; the first of each, and the last of those sent twice
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
    for (const Segment* segment : gathered.plain) candidates.push_back(decode_plain(segment->value, result));
  };
  // Readers of names prefer the form that can carry any character; nobody looks for it elsewhere first.
  const bool is_name = name == "filename" || name == "name";
  if (!is_name) add_plain();
  for (const Segment* segment : gathered.extended) candidates.push_back(decode_sections({segment}, result));
  if (!gathered.sections.empty()) {
    std::vector<const Segment*> in_order, all;
    for (const auto& [number, segment] : gathered.sections) {
      if (number == static_cast<int>(in_order.size())) in_order.push_back(segment);
      all.push_back(segment);
    }
    // A gap ends the value for some readers and not for others.
    if (in_order.size() != all.size()) note(result, "malformed-parameter");
    if (!in_order.empty()) candidates.push_back(decode_sections(in_order, result));
    if (in_order.size() != all.size()) candidates.push_back(decode_sections(all, result));
    if (!gathered.repeated.empty()) {
      std::vector<const Segment*> last;
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
  if (is_name && !parameter.readings.empty()) note(result, "conflicting-filename");
  for (const auto* list : {&gathered.plain, &gathered.extended}) {
    if (list->size() > 1) note(result, "duplicate-parameter");
    for (const Segment* segment : *list)
      for (const std::string& reading : segment->readings) add_reading(parameter, decode_plain(reading, result));
  }
  // Browsers, and some mail readers, undo percent signs and a charset that stands in a plain value.
  if (is_name && !gathered.plain.empty()) {
    std::string value = gathered.plain.front()->value;
    if (value.find('%') != std::string::npos) {
      add_reading(parameter, one_line(decode_short(percent_decoded(value)).utf8));
      const std::string charset = split_charset(value);
      if (!charset.empty()) add_reading(parameter, one_line(decode_text(percent_decoded(value), charset).utf8));
    }
  }
  return parameter;
}

ParameterizedValue parse(std::string_view text) {
  ParameterizedValue result;
  const std::vector<Segment> segments = Cutter(text, result).cut();
  std::map<std::string, Gathered> gathered;
  std::vector<std::string> order;
  for (const Segment& segment : segments) {
    const auto [entry, inserted] = gathered.try_emplace(segment.name);
    if (inserted) order.push_back(segment.name);
    Gathered& all = entry->second;
    if (segment.section < 0) {
      (segment.extended ? all.extended : all.plain).push_back(&segment);
    } else if (segment.section >= static_cast<int>(kMaxSections)) {
      note(result, "malformed-parameter");
    } else if (!all.sections.try_emplace(segment.section, &segment).second) {
      all.repeated[segment.section] = &segment;
      note(result, "duplicate-parameter");
    }
  }
  for (const std::string& name : order) {
    const Gathered& all = gathered[name];
    if (!all.plain.empty() || !all.extended.empty() || !all.sections.empty()) result.parameters.push_back(assemble(name, all, result));
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
  // Raw CP932 and ISO-2022-JP hold bytes that look like quotes, backslashes and semicolons: decode first. A reader that
  // cuts first sees other names, so that reading counts as well.
  ParameterizedValue result = parse(decode_short(raw).utf8);
  note(result, "raw-8bit");
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
