#include "sanitizers/mime/parameter_segments.h"

#include <algorithm>

#include "sanitizers/mime/encoded_word.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxNameBytes = 60;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

class Cutter {
 public:
  Cutter(std::string_view text, ParameterizedValue& value) : text_(text), value_(value) {}

  std::vector<ParameterSegment> cut() {
    skip_blanks_and_comments();
    const size_t start = at_;
    while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != ';' && text_[at_] != '(' &&
           text_[at_] != '=')
      ++at_;
    std::string word(text_.substr(start, at_ - start));
    skip_blanks_and_comments();
    if (at_ < text_.size() && text_[at_] == '=') {  // there is no value: begins with a parameter
      at_ = start;
      add_note(value_, "malformed-value");
    } else {
      set_value(word);
      if (at_ < text_.size() && text_[at_] != ';') add_note(value_, "malformed-value");
    }
    std::vector<ParameterSegment> segments;
    while (at_ < text_.size()) {
      skip_blanks_and_comments();
      if (at_ < text_.size() && text_[at_] == ';')
        ++at_;
      else if (at_ < text_.size())
        read_segment(segments);
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
      if (c <= ' ' || c >= 0x7F || std::string_view("()<>@,;:\\\"[]?=").find(c) != std::string_view::npos)
        good = false;
    }
    if (slashes > 1 || word.empty() || word.front() == '/' || word.back() == '/') good = false;
    if (good)
      value_.value = word;
    else
      add_note(value_, "malformed-value");
  }

  void skip_blanks_and_comments() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_]))
        ++at_;
      else if (text_[at_] == '(')
        skip_comment();
      else
        break;
    }
  }

  // An unclosed comment is no comment: dropping the rest would hide a name.
  void skip_comment() {
    size_t depth = 0;
    if (!unclosed_comments_) {
      for (size_t i = at_; i < text_.size(); ++i) {
        if (text_[i] == '\\')
          ++i;
        else if (text_[i] == '(')
          ++depth;
        else if (text_[i] == ')' && --depth == 0) {
          at_ = i + 1;
          return;
        }
      }
      unclosed_comments_ = true;  // and so is each later one: look only once
    }
    ++at_;
  }

  void read_segment(std::vector<ParameterSegment>& segments) {
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] != '=' && text_[at_] != ';' && text_[at_] != '"') ++at_;
    if (at_ >= text_.size() || text_[at_] != '=') {
      add_note(value_, "malformed-parameter");
      if (at_ < text_.size() && text_[at_] == '"') {
        std::vector<std::string> ignored;
        (void)read_quoted(ignored);
      }
      return;
    }
    std::string name(trimmed(text_.substr(start, at_ - start)));
    if (const size_t paren = name.find('('); paren != std::string::npos)
      name = trimmed(std::string_view(name).substr(0, paren));
    ++at_;
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    ParameterSegment segment;
    segment.value = at_ < text_.size() && text_[at_] == '"'
                        ? read_quoted(segment.readings)
                        : read_unquoted(is_name_of_file(name), segment.readings);
    if (name.size() > kMaxNameBytes)
      add_note(value_, "long-parameter-name");
    else if (set_name(segment, name))
      segments.push_back(std::move(segment));
    else
      add_note(value_, "malformed-parameter");
  }

  static bool set_name(ParameterSegment& segment, std::string& name) {
    if (!name.empty() && name.back() == '*') {
      segment.extended = true;
      name.pop_back();
    }
    if (const size_t star = name.rfind('*'); star != std::string::npos) {
      const std::string digits = name.substr(star + 1);
      if (digits.empty() || digits.size() > 4 || digits.find_first_not_of("0123456789") != std::string::npos)
        return false;
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
    if (!closed) add_note(value_, "malformed-parameter");
    if (strict != as_shown) readings.push_back(strict);
    // What stands between the closing quote and the next ';' belongs to the value for some readers.
    const size_t after = at_;
    while (at_ < text_.size() && text_[at_] != ';' && !is_blank(text_[at_])) ++at_;
    if (at_ > after && text_[after] != '(') {
      add_note(value_, "malformed-parameter");
      readings.push_back(as_shown + std::string(text_.substr(after, at_ - after)));
    } else if (at_ > after) {
      at_ = after;
    }
    return as_shown;
  }

  static bool is_name_of_file(std::string_view name) {
    return equals_ignoring_case(name.substr(0, 8), "filename") ||
           equals_ignoring_case(name.substr(0, 4), "name");
  }

  std::string read_unquoted(bool may_hold_blanks, std::vector<std::string>& readings) {
    const size_t start = at_;
    // An encoded word may hold anything but a blank; its '?' and '=' do not end a value, its ';' neither.
    while (at_ < text_.size() && text_[at_] != ';') {
      const EncodedWord word = text_[at_] == '=' ? encoded_word_at(text_, at_) : EncodedWord{};
      if (!may_hold_blanks &&
          is_blank(text_[at_])) {  // only a name is worth guessing that its quotes were forgotten
        const std::string_view value = text_.substr(start, at_ - start);
        skip_blanks_and_comments();
        if (at_ < text_.size() && text_[at_] != ';') add_note(value_, "malformed-parameter");
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
    if (const size_t blank = value.find_first_of(" \t");
        blank != std::string::npos && value.find("=?") == std::string::npos) {
      add_note(value_, "malformed-parameter");
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

}  // namespace

std::vector<ParameterSegment> cut_segments(std::string_view unfolded, ParameterizedValue& value) {
  return Cutter(unfolded, value).cut();
}

void add_note(ParameterizedValue& value, std::string_view id) {
  if (std::find(value.notes.begin(), value.notes.end(), id) == value.notes.end())
    value.notes.emplace_back(id);
}

}  // namespace mugai::sanitize
