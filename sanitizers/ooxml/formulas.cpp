#include "sanitizers/ooxml/formulas.h"

#include "sanitizers/office/functions.h"

namespace mugai::sanitize::ooxml {

namespace {

bool is_word(char c) {
  const char l = ascii_lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '\\' || static_cast<unsigned char>(c) >= 0x80;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return result;
}

// From behind the opening quote; `at` comes to stand behind the closing one. A doubled quote is one.
std::string quoted(std::string_view text, size_t& at, char quote) {
  std::string inside;
  while (at < text.size()) {
    if (text[at] != quote) {
      inside += text[at++];
    } else if (at + 1 < text.size() && text[at + 1] == quote) {
      inside += quote;
      at += 2;
    } else {
      ++at;
      break;
    }
  }
  return inside;
}

// How files mark functions that are younger than the format.
std::string_view without_future_prefix(std::string_view name) {
  for (const std::string_view prefix : {"_XLFN.", "_XLWS."})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return name;
}

class Judge {
 public:
  Judge(std::string_view text, const Links& links) : text_(text), links_(links) {}

  FormulaVerdict run() {
    while (at_ < text_.size() && verdict_.stays) step();
    return std::move(verdict_);
  }

 private:
  void refuse(std::string_view what) { verdict_ = {false, what, {}}; }

  void step() {
    const char c = text_[at_];
    if (c == '"') {
      quoted(text_, ++at_, '"');
    } else if (c == '\'') {
      const std::string sheet = quoted(text_, ++at_, '\'');
      if (sheet.find('|') != sheet.npos) return refuse("dde");
      if (sheet.find_first_of("[]\\") != sheet.npos || sheet.find(":/") != sheet.npos) return refuse("external-formula");
    } else if (c == '|') {
      return refuse("dde");
    } else if (c == '[') {
      bracket();
    } else if (is_word(c)) {
      word();
      return;
    } else {
      ++at_;
    }
    after_word_ = false;
  }

  // [1]Sheet!A1 is in another workbook, Table[Column] is not, nor is [@Column] inside of a table. [0] is this workbook.
  void bracket() {
    const size_t start = ++at_;
    int depth = 1;
    for (; at_ < text_.size() && depth > 0; ++at_) {
      if (text_[at_] == '\'' && at_ + 1 < text_.size()) ++at_;   // escapes the next in a column's name
      else if (text_[at_] == '[') ++depth;
      else if (text_[at_] == ']') --depth;
    }
    if (after_word_) return;
    const std::string_view inside = text_.substr(start, at_ > start ? at_ - start - 1 : 0);
    const bool of_table = inside.starts_with('@') || inside.starts_with('#') || inside.starts_with('[');
    if (!of_table && inside != "0") refuse("external-formula");
  }

  void word() {
    const size_t start = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const std::string_view given = text_.substr(start, at_ - start);
    after_word_ = true;
    if (given.find('\\') != given.npos && at_ < text_.size() && text_[at_] == '\\') return refuse("external-formula");
    size_t next = at_;
    while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\n' || text_[next] == '\r' || text_[next] == '\t')) ++next;
    if (next >= text_.size() || text_[next] != '(') return;
    const std::string name = upper(given);
    const std::string_view known = without_future_prefix(name);
    // A1:INDEX(...) and names that LET and LAMBDA define come as words too.
    if (known.starts_with("_XLPM.")) return;
    if (!is_known_function(known)) return refuse("external-formula");
    if (known == "HYPERLINK") hyperlink(next + 1);
  }

  void hyperlink(size_t at) {
    while (at < text_.size() && text_[at] == ' ') ++at;
    std::string target;
    bool whole = false;
    if (at < text_.size() && text_[at] == '"') {
      target = quoted(text_, ++at, '"');
      while (at < text_.size() && text_[at] == ' ') ++at;
      whole = at >= text_.size() || text_[at] == ',' || text_[at] == ')';
    }
    if (target.starts_with('#') && target.find_first_of("[\\") == target.npos) return;   // in this workbook
    if (whole && links_.stays(target)) return;
    verdict_ = {false, "", whole ? target : "?"};
  }

  std::string_view text_;
  const Links& links_;
  size_t at_ = 0;
  bool after_word_ = false;
  FormulaVerdict verdict_;
};

}  // namespace

FormulaVerdict judge_formula(std::string_view formula, const Links& links) { return Judge(formula, links).run(); }

}  // namespace mugai::sanitize::ooxml
