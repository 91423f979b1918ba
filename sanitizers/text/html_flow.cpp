#include "sanitizers/text/html_flow.h"

#include <algorithm>

#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxPrefixes = 12;
constexpr size_t kMaxBlankLines = 2;
constexpr size_t kKeptLine = 400;  // of the last line, for rows of tables

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

// East Asian characters take two columns and are written without blanks between words.
bool is_wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F) ||
         (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) ||
         (c >= 0xFF00 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) ||
         (c >= 0x20000 && c <= 0x3FFFD);
}
bool joins_without_blank(char32_t c) {
  return is_wide(c) && !(c >= 0xAC00 && c <= 0xD7A3);
}

char32_t last_code_point(std::string_view text) {
  size_t i = text.size();
  while (i > 0 && text.size() - i < 4 && (static_cast<unsigned char>(text[i - 1]) & 0xC0) == 0x80) --i;
  return i > 0 ? code_point_at(text, i - 1).value : 0;
}

// Characters that Japanese typesetting does not put at the beginning of a line.
bool may_not_begin_line(char32_t c) {
  static constexpr std::u32string_view kForbidden =
      U"、。，．・：；？！）」』】〕〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ゛゜";
  return kForbidden.find(c) != std::u32string_view::npos;
}

void trim_end(std::string& line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.pop_back();
}

}  // namespace

std::string TextFlow::prefix(size_t depth, bool with_marker) const {
  std::string out;
  for (size_t i = 0; i < std::min(depth, prefixes_.size()); ++i) {
    if (with_marker && i + 1 == prefixes_.size() && !marker_.empty())
      out += marker_;
    else
      out += prefixes_[i];
  }
  return out;
}

void TextFlow::put_space(bool had_newline) {
  space_ = true;
  space_newline_ = space_newline_ || had_newline;
}

void TextFlow::begin_line() {
  if (space_ && !line_.empty()) line_ += ' ';
  space_ = space_newline_ = false;
}

void TextFlow::add_text(std::string_view utf8) {
  for (size_t i = 0; i < utf8.size();) {
    if (is_space(utf8[i])) {
      bool newline = false;
      for (; i < utf8.size() && is_space(utf8[i]); ++i)
        newline = newline || utf8[i] == '\n' || utf8[i] == '\r';
      put_space(newline);
      continue;
    }
    const size_t start = i;
    while (i < utf8.size() && !is_space(utf8[i])) ++i;
    if (space_newline_ && !line_.empty() && joins_without_blank(last_code_point(line_)) &&
        joins_without_blank(code_point_at(utf8, start).value))
      space_ = space_newline_ = false;
    begin_line();
    const std::string_view word = utf8.substr(start, i - start);
    for (size_t from = 0; from < word.size();) {  // a no-break space is a blank that does not collapse
      const size_t nbsp = std::min(word.find("\xC2\xA0", from), word.size());
      line_ += word.substr(from, nbsp - from);
      if (nbsp < word.size()) line_ += ' ';
      from = nbsp + 2;
    }
  }
}

void TextFlow::add_preformatted(std::string_view utf8) {
  for (size_t i = 0; i < utf8.size();) {
    const size_t end = std::min(utf8.find_first_of("\r\n", i), utf8.size());
    if (end > i) {
      begin_line();
      line_ += utf8.substr(i, end - i);
    }
    if (end == utf8.size()) break;
    line_break();
    i = end + (utf8[end] == '\r' && byte_at(utf8, end + 1) == '\n' ? 2 : 1);
  }
}

void TextFlow::add_verbatim(std::string_view utf8) {
  begin_line();
  line_ += utf8;
}

void TextFlow::line_break() {
  if (line_.empty()) {
    if (!fresh_) blank_lines_ = std::min(blank_lines_ + 1, kMaxBlankLines);
    space_ = space_newline_ = false;
    return;
  }
  flush_line();
}

void TextFlow::block(size_t blank_lines) {
  if (!line_.empty()) flush_line();
  space_ = space_newline_ = false;
  if (!fresh_) blank_lines_ = std::max(blank_lines_, std::min(blank_lines, kMaxBlankLines));
}

void TextFlow::push_prefix(std::string_view prefix) {
  if (prefixes_.size() >= kMaxPrefixes)
    ++ignored_prefixes_;
  else
    prefixes_.emplace_back(prefix);
  marker_.clear();
}

void TextFlow::pop_prefix() {
  if (ignored_prefixes_ > 0)
    --ignored_prefixes_;
  else if (!prefixes_.empty())
    prefixes_.pop_back();
  blank_depth_ = std::min(blank_depth_, prefixes_.size());
  marker_.clear();
}

void TextFlow::set_marker(std::string_view marker) {
  if (ignored_prefixes_ == 0) marker_ = marker;
}

void TextFlow::flush_line() {
  space_ = space_newline_ = false;
  trim_end(line_);
  if (line_.empty()) {  // blanks that do not collapse, alone: a blank line is meant
    if (!fresh_) blank_lines_ = std::min(blank_lines_ + 1, kMaxBlankLines);
    return;
  }
  if (!fresh_ && blank_lines_ > 0) {
    std::string bare = prefix(blank_depth_, false);
    trim_end(bare);
    for (size_t i = 0; i < blank_lines_; ++i) (out_ += bare) += '\n';
  }
  write_wrapped(prefix(prefixes_.size(), true), prefix(prefixes_.size(), false));
  blank_depth_ = prefixes_.size();
  last_line_ = line_.substr(0, kKeptLine + 1);
  last_line_depth_ = prefixes_.size();
  ++lines_;
  line_.clear();
  marker_.clear();
  blank_lines_ = 0;
  fresh_ = false;
}

void TextFlow::write_wrapped(const std::string& first_prefix, const std::string& next_prefix) {
  out_ += first_prefix;
  if (width_ == 0) {
    (out_ += line_) += '\n';
    return;
  }
  size_t line_start = 0, break_at = 0, column = first_prefix.size(), break_column = 0;
  char32_t previous = 0;
  for (size_t i = 0; i < line_.size();) {
    const size_t here = i;
    const char32_t c = next_code_point(line_, i);
    const size_t columns = is_wide(c) ? 2 : 1;
    if (here > line_start && c != ' ' &&
        (previous == ' ' || ((is_wide(c) || is_wide(previous)) && !may_not_begin_line(c)))) {
      break_at = here;
      break_column = column;
    }
    if (column + columns > width_ && break_at > line_start && c != ' ') {
      std::string part = line_.substr(line_start, break_at - line_start);
      trim_end(part);
      ((out_ += part) += '\n') += next_prefix;
      line_start = break_at;
      column = next_prefix.size() + (column - break_column);
    }
    column += columns;
    previous = c;
  }
  (out_ += line_.substr(line_start)) += '\n';
}

TextFlow::Row TextFlow::begin_row() {
  block(0);
  return {out_.size(), blank_lines_, lines_, fresh_};
}

size_t TextFlow::begin_cell() {
  block(0);
  return lines_;
}

TextFlow::Cell TextFlow::end_cell(size_t begun) {
  block(0);
  Cell cell;
  cell.lines = lines_ - begun;
  cell.single = cell.lines == 0 ||
                (cell.lines == 1 && last_line_.size() <= kKeptLine && last_line_depth_ == prefixes_.size());
  if (cell.lines == 1 && cell.single) cell.text = last_line_;
  return cell;
}

void TextFlow::replace_row(const Row& row, std::string_view line) {
  out_.resize(row.length);
  blank_lines_ = row.blank_lines;
  lines_ = row.lines;
  fresh_ = row.fresh;
  line_ = line;
  flush_line();
}

std::string TextFlow::finish() {
  if (!line_.empty()) flush_line();
  return std::move(out_);
}

}  // namespace mugai::sanitize
