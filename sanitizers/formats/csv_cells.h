// Takes the formulas out of CSV and TSV: a cell that a spreadsheet would calculate gets an apostrophe in
// front, so that it shows as text. Numbers with a sign and lone dashes stay as they are; quoting and line
// ends are not touched. Programs disagree about what separates cells and rows, and a quote that opens for one
// is a letter to another. So the text is read in all usual ways at once, and a cell is neutralised if any of
// the readers would calculate it. Feed whole lines; state is carried over. Linear. Treating the output again
// changes nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mugai::sanitize {

class CsvCells {
 public:
  std::string neutralise(std::string_view utf8_lines);
  uint64_t formulas() const { return formulas_; }
  uint64_t dde() const { return dde_; }  // of these, the ones that would start a program

 private:
  enum class State : uint8_t { cell_start, plain, quote_opened, quoted_line_start, quoted, after_quote };

  struct Reader {
    char separator;
    bool cr_ends_row;
    State state = State::cell_start;
    bool blank_so_far = true;  // nothing but blanks inside of the quotes yet

    bool ends_cell(char c) const { return c == separator || c == '\n' || (c == '\r' && cr_ends_row); }
    bool at_rest() const { return state == State::plain || (state == State::quoted && !blank_so_far); }
    bool would_calculate(std::string_view text, size_t at) const;
    bool is_plain_number(std::string_view text, size_t at, bool quoted) const;
    void step(char c);
  };

  bool all_at_rest() const;

  std::array<Reader, 8> readers_{{{',', true},
                                  {',', false},
                                  {';', true},
                                  {';', false},
                                  {'\t', true},
                                  {'\t', false},
                                  {'|', true},
                                  {'|', false}}};
  bool first_line_ = true;
  uint64_t formulas_ = 0, dde_ = 0;
};

}  // namespace mugai::sanitize
