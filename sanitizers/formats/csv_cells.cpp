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
  switch (byte_at(text, at + 2)) {  // U+FF1D, FF0B, FF0D, FF20: Excel in Japan reads them as their narrow forms
    case 0x9d: return {'=', 3};
    case 0x8b: return {'+', 3};
    case 0x8d: return {'-', 3};
    case 0xa0: return {'@', 3};
    default: return {};
  }
}

// Outside of quotes a tab may be a separator, so the apostrophe goes behind it.
size_t blank_at(std::string_view text, size_t at, bool quoted) {
  const unsigned char c = byte_at(text, at);
  if (c == ' ' || (quoted && c == '\t') || c == '\v' || c == '\f') return 1;
  if (c == '\r' && byte_at(text, at + 1) != '\n') return 1;
  if (text.substr(at, 2) == "\u00a0") return 2;
  return text.substr(at, 3) == "\u3000" ? 3 : 0;
}

bool ends_cell(std::string_view text, size_t at) {
  const unsigned char c = byte_at(text, at);
  return at >= text.size() || c == '"' || c == '\r' || c == '\n' || c == '\t' || c == ',' || c == ';';
}

// A digit, a point, a percent sign: half or full width; commas count inside of quotes only, where they end no cell.
size_t number_part_at(std::string_view text, size_t at, bool quoted) {
  const unsigned char c = byte_at(text, at);
  if ((c >= '0' && c <= '9') || c == '.' || c == '%' || (quoted && c == ',')) return 1;
  const bool wide = c == 0xef && byte_at(text, at + 1) == 0xbc;
  const unsigned char last = byte_at(text, at + 2);
  return wide && ((last >= 0x90 && last <= 0x99) || last == 0x8e || last == 0x85 || (quoted && last == 0x8c)) ? 3 : 0;
}

// "-1,234.5", "＋３", "-1.5E+10" or nothing but dashes: what stands in honest tables.
bool is_plain_number(std::string_view text, size_t at, bool quoted) {
  size_t i = at;
  if (sign_at(text, i).ascii == '-')
    while (sign_at(text, i).ascii == '-') i += sign_at(text, i).length;
  else
    i += sign_at(text, i).length;
  const auto ends = [&](size_t where) { return ends_cell(text, where) && !(quoted && byte_at(text, where) == ','); };
  if (ends(i) && sign_at(text, at).ascii == '-') return true;
  if (i != at + sign_at(text, at).length) return false;
  const size_t digits = i;
  while (const size_t length = number_part_at(text, i, quoted)) i += length;
  if (i == digits) return false;
  if (byte_at(text, i) == 'e' || byte_at(text, i) == 'E') {
    ++i;
    if (byte_at(text, i) == '+' || byte_at(text, i) == '-') ++i;
    const size_t exponent = i;
    while (byte_at(text, i) >= '0' && byte_at(text, i) <= '9') ++i;
    if (i == exponent) return false;
  }
  return ends(i);
}

}  // namespace

void CsvCells::cell_start(std::string_view text, size_t at, std::string& out, bool only_equals) {
  const bool quoted = state_ == State::quoted || state_ == State::quoted_line_start;
  size_t first = at;
  while (const size_t length = blank_at(text, first, quoted)) first += length;
  const Sign sign = sign_at(text, first);
  if (sign.length == 0) return;
  if (only_equals && sign.ascii != '=' && sign.ascii != '@') return;
  if ((sign.ascii == '-' || sign.ascii == '+') && is_plain_number(text, first, quoted)) return;
  out.push_back('\'');
  ++formulas_;
  const std::string_view line = text.substr(first, std::min<size_t>(text.find('\n', first) - first, 1'024));
  const size_t bar = line.find('|');
  if (bar != line.npos && line.find('!', bar) != line.npos) ++dde_;
}

std::string CsvCells::neutralise(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 64);
  if (first_line_ && text.size() >= 5 && equals_ignoring_case(text.substr(0, 4), "sep=")) separator_ = text[4];
  first_line_ = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    // Inside of quotes a line that begins with "=" is a cell to readers that do not let quotes span lines.
    if (state_ == State::cell_start && c != '"') cell_start(text, i, out, false);
    if (state_ == State::quoted_line_start) cell_start(text, i, out, true);
    out.push_back(c);
    switch (state_) {
      case State::cell_start:
        if (c == '"') {
          state_ = State::quoted;
          cell_start(text, i + 1, out, false);
          break;
        }
        [[fallthrough]];
      case State::plain:
      case State::after_quote:
        if (c == '\n' || c == '\r' || separates(c)) state_ = State::cell_start;
        else if (c == '"' && state_ == State::after_quote) state_ = State::quoted;
        else state_ = State::plain;
        break;
      case State::quoted:
      case State::quoted_line_start:
        state_ = c == '"' ? State::after_quote : c == '\n' || c == '\r' ? State::quoted_line_start : State::quoted;
        break;
    }
  }
  return out;
}

}  // namespace mugai::sanitize
