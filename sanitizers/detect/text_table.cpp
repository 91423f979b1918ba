#include "sanitizers/detect/text_table.h"

#include <optional>

namespace mugai::sanitize {
namespace {

// The text in characters as far as a table needs them: all beyond ASCII are alike. Second bytes of Shift_JIS are no separators.
class Characters {
 public:
  explicit Characters(Bytes text) : text_(text) {
    little_ = text.starts_with("\xff\xfe");
    wide_ = little_ || text.starts_with("\xfe\xff");
    if (wide_) at_ = 2;
    else if (text.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  std::optional<char> next() {
    if (at_ + (wide_ ? 1 : 0) >= text_.size()) return std::nullopt;
    if (!wide_) return text_[at_++];
    const char low = text_[little_ ? at_ : at_ + 1], high = text_[little_ ? at_ + 1 : at_];
    at_ += 2;
    return high == 0 ? low : '\x80';
  }

 private:
  Bytes text_;
  bool wide_ = false, little_ = false;
  size_t at_ = 0;
};

// Counts the cells of each row (RFC 4180, by any separator). A row without a cell is none.
class Rows {
 public:
  explicit Rows(char separator) : separator_(separator) {}

  void read(char c) {
    if (quoted_) {
      if (c == '"') quoted_ = false, was_quoted_ = true;
      return;
    }
    const bool doubled = was_quoted_ && c == '"', ends = c == separator_ || c == '\r' || c == '\n';
    regular_ &= !was_quoted_ || doubled || ends;   // behind a closing quote
    was_quoted_ = false;
    if (doubled) {
      quoted_ = true;
    } else if (c == separator_) {
      ++cells_;
      at_start_ = true;
    } else if (ends) {
      end_row();
    } else {
      quoted_ = at_start_ && c == '"';
      at_start_ = false;
      empty_ = false;
    }
  }

  bool are_a_table() {
    end_row();
    return regular_ && !quoted_ && rows_ >= 2 && columns_ >= 2;
  }

 private:
  void end_row() {
    if (cells_ > 1 || !empty_) {
      if (rows_++ == 0) columns_ = cells_;
      regular_ &= cells_ == columns_;
    }
    cells_ = 1;
    at_start_ = empty_ = true;
  }

  char separator_;
  bool quoted_ = false, was_quoted_ = false, at_start_ = true, empty_ = true, regular_ = true;
  size_t cells_ = 1, columns_ = 0, rows_ = 0;
};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n'; }

}  // namespace

const Type* by_table(Bytes text) {
  Rows by_tabs('\t'), by_commas(',');
  Characters characters(text);
  while (const std::optional<char> c = characters.next()) {
    if (is_control(*c)) return nullptr;
    by_tabs.read(*c);
    by_commas.read(*c);
  }
  const bool tabs = by_tabs.are_a_table(), commas = by_commas.are_a_table();
  if (tabs == commas) return nullptr;
  return type_by_id(tabs ? "tsv" : "csv");
}

}  // namespace mugai::sanitize
