// Takes the formulas out of CSV and TSV: a cell that a spreadsheet would calculate gets an apostrophe in front, so that
// it shows as text. Numbers with a sign and lone dashes stay as they are; quoting and line ends are not touched. Where
// readers disagree about quotes, a cell is neutralised if any of them would calculate it. Feed whole lines; state is
// carried over. Linear. Treating the output again changes nothing.
#pragma once

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
  bool separates(char c) const { return c == ',' || c == ';' || c == '\t' || (separator_ != 0 && c == separator_); }
  void cell_start(std::string_view text, size_t at, std::string& out, bool only_equals);

  enum class State { cell_start, plain, quoted, quoted_line_start, after_quote } state_ = State::cell_start;
  bool first_line_ = true;
  char separator_ = 0;  // of Excel's "sep=|" on the first line
  uint64_t formulas_ = 0, dde_ = 0;
};

}  // namespace mugai::sanitize
