#include "sanitizers/formats/csv_cells.h"

#include <algorithm>

#include "config/base/bytes.h"

namespace mugai::sanitize {
namespace {

// One character that a number or a formula may begin with, half or full width.
struct Sign {
  char ascii = 0;
  size_t length = 0;
};

Sign sign_at(std::string_view text, size_t at) {
  const unsigned char c = byte_at(text, at);
  if (c == '=' || c == '+' || c == '-' || c == '@') return {static_cast<char>(c), 1};
  if (c != 0xef || byte_at(text, at + 1) != 0xbc) return {};
  switch (
      byte_at(text, at + 2)) {  // U+FF1D, FF0B, FF0D, FF20: Excel in Japan reads them as their narrow forms
    case 0x9d:
      return {'=', 3};
    case 0x8b:
      return {'+', 3};
    case 0x8d:
      return {'-', 3};
    case 0xa0:
      return {'@', 3};
    default:
      return {};
  }
}

// Outside of quotes a tab or a CR begins a cell to one of the readers, and that one sees to it.
size_t blank_at(std::string_view text, size_t at, bool quoted) {
  const unsigned char c = byte_at(text, at);
  if (c == ' ' || c == '\v' || c == '\f' ||
      (quoted && (c == '\t' || (c == '\r' && byte_at(text, at + 1) != '\n'))))
    return 1;
  if (text.substr(at, 2) == "\u00a0") return 2;
  return text.substr(at, 3) == "\u3000" ? 3 : 0;
}

// A digit, a point, a comma, a percent sign: half or full width.
size_t number_part_at(std::string_view text, size_t at) {
  const unsigned char c = byte_at(text, at);
  if ((c >= '0' && c <= '9') || c == '.' || c == '%' || c == ',') return 1;
  const bool wide = c == 0xef && byte_at(text, at + 1) == 0xbc;
  const unsigned char last = byte_at(text, at + 2);
  return wide && ((last >= 0x90 && last <= 0x99) || last == 0x8e || last == 0x85 || last == 0x8c) ? 3 : 0;
}

bool starts_program(std::string_view text, size_t at) {
  const std::string_view line = text.substr(at, std::min<size_t>(text.find('\n', at) - at, 1'024));
  const size_t bar = line.find('|');
  return bar != line.npos && line.find('!', bar) != line.npos;
}

// What Excel obeys in the first line: a separator, of which one that nobody uses in earnest is there to make cells where
// others see none; and the record by which it takes the whole file for SYLK, with formulas that begin with no sign.
bool is_obeyed(std::string_view first_line) {
  constexpr std::string_view kUsual = ",;\t|";
  if (first_line.starts_with("ID;")) return true;
  if (!equals_ignoring_case(first_line.substr(0, 4), "sep=")) return false;
  return first_line.size() < 5 || kUsual.find(first_line[4]) == kUsual.npos;
}

bool is_structure(char c) {
  return c == '"' || c == ',' || c == ';' || c == '\t' || c == '|' || c == '\r' || c == '\n';
}

}  // namespace

// "-1,234.5", "＋３", "-1.5E+10" or nothing but dashes: what stands in honest tables. Another reader's
// separator ends the number as well: else every table with a negative first column would be changed for
// readers that nobody uses. What follows it is a cell of that reader, and harmless in itself.
bool CsvCells::Reader::is_plain_number(std::string_view text, size_t at, bool quoted) const {
  const auto ends = [&](size_t where) {
    return where >= text.size() || text[where] == '\r' || text[where] == '\n' ||
           (quoted ? text[where] == '"'
                   : text[where] == separator || text[where] == ',' || text[where] == ';' ||
                         text[where] == '\t');
  };
  const Sign sign = sign_at(text, at);
  size_t i = at + sign.length;
  if (sign.ascii == '-') {
    size_t dashes = i;
    while (sign_at(text, dashes).ascii == '-') dashes += sign_at(text, dashes).length;
    if (ends(dashes)) return true;
  }
  if (number_part_at(text, i) == 0 || byte_at(text, i) == ',') return false;
  while (!ends(i) && number_part_at(text, i) > 0) i += number_part_at(text, i);
  if (byte_at(text, i) == 'e' || byte_at(text, i) == 'E') {
    ++i;
    if (byte_at(text, i) == '+' || byte_at(text, i) == '-') ++i;
    const size_t exponent = i;
    while (byte_at(text, i) >= '0' && byte_at(text, i) <= '9') ++i;
    if (i == exponent) return false;
  }
  return ends(i);
}

bool CsvCells::Reader::would_calculate(std::string_view text, size_t at) const {
  const bool quoted = state == State::quote_opened || state == State::quoted_line_start;
  // Excel appends what follows a closing quote, so an empty pair of quotes hides nothing.
  const bool begins = state == State::cell_start || quoted || (state == State::after_quote && blank_so_far);
  if (!begins) return false;
  size_t first = at;
  while (const size_t length = blank_at(text, first, quoted)) first += length;
  const Sign sign = sign_at(text, first);
  if (sign.length == 0) return false;
  // To readers that do not let quotes span lines, a line inside of quotes begins a cell. But "- item" is how
  // people write lists in a cell.
  if (state == State::quoted_line_start) return sign.ascii == '=' || sign.ascii == '@';
  return sign.ascii == '=' || sign.ascii == '@' || !is_plain_number(text, first, quoted);
}

void CsvCells::Reader::step(char c) {
  switch (state) {
    case State::cell_start:
      blank_so_far = true;
      if (c == '"')
        state = State::quote_opened;
      else if (!ends_cell(c))
        state = State::plain;
      return;
    case State::plain:
      if (ends_cell(c)) state = State::cell_start;
      return;
    case State::after_quote:
      if (c == '"') {
        state = State::quoted;
        blank_so_far = false;
      } else {
        state = ends_cell(c) ? State::cell_start : State::plain;
      }
      return;
    case State::quote_opened:
    case State::quoted_line_start:
    case State::quoted:
      if (c == '"')
        state = State::after_quote;
      else
        state = c == '\n' || c == '\r' ? State::quoted_line_start : State::quoted;
      if (c != '"' && c != ' ' && c != '\t') blank_so_far = false;
      return;
  }
}

bool CsvCells::all_at_rest() const {
  return std::all_of(readers_.begin(), readers_.end(), [](const Reader& reader) { return reader.at_rest(); });
}

std::string CsvCells::neutralise(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 64);
  if (first_line_ && is_obeyed(text)) {
    out.push_back('\'');
    ++formulas_;
    for (Reader& reader : readers_) reader.step('\'');
  }
  first_line_ = first_line_ && text.empty();
  bool at_rest = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!at_rest || is_structure(c)) {
      const bool calculated = std::any_of(readers_.begin(), readers_.end(), [&](const Reader& reader) {
        return reader.would_calculate(text, i);
      });
      if (calculated) {
        out.push_back('\'');
        ++formulas_;
        dde_ += starts_program(text, i);
        for (Reader& reader : readers_) reader.step('\'');
      }
      for (Reader& reader : readers_) reader.step(c);
      at_rest = all_at_rest();
    }
    out.push_back(c);
  }
  return out;
}

}  // namespace mugai::sanitize
