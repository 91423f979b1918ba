// Builds the plain text of a page: collapses white space as browsers do, keeps blocks apart, puts quote marks
// and indents before lines, wraps. Knows nothing of HTML. Values only; linear in what is written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mugai::sanitize {

class TextFlow {
 public:
  explicit TextFlow(size_t width) : width_(width) {}

  void add_text(std::string_view utf8);  // white space collapses
  void add_preformatted(std::string_view utf8);
  void add_verbatim(std::string_view utf8);  // marks and links: white space stays, lines do not break inside
  void line_break();                         // <br>
  void block(size_t blank_lines);            // what follows begins a line, after so many blank ones

  void push_prefix(
      std::string_view prefix);  // "> ", or blanks for a list; deeper than some levels it has no effect
  void pop_prefix();
  void set_marker(std::string_view marker);  // stands in place of the innermost prefix, once: "1. "

  bool at_line_start() const { return line_.empty(); }

  // For rows of tables: what was written since begin_row() can be taken back and replaced by one line.
  struct Row {
    size_t length = 0, blank_lines = 0, lines = 0;
    bool fresh = true;
  };
  struct Cell {
    size_t lines = 0;
    std::string text;  // of a cell with a single line
    bool single = false;
  };
  Row begin_row();
  size_t begin_cell();  // returns a token for end_cell
  Cell end_cell(size_t begun);
  void replace_row(const Row& row, std::string_view line);

  std::string finish();

 private:
  void flush_line();
  void begin_line();
  void put_space(bool had_newline);
  void write_wrapped(const std::string& prefix, const std::string& next_prefix);
  std::string prefix(size_t depth, bool with_marker) const;

  size_t width_;
  std::string out_, line_;
  std::vector<std::string> prefixes_;
  size_t ignored_prefixes_ = 0;
  std::string marker_;
  bool space_ = false, space_newline_ = false;
  bool fresh_ = true;           // nothing written yet
  size_t blank_lines_ = 0;      // to come before the next line ...
  size_t blank_depth_ = 0;      // ... with the prefixes that it shares with the last one
  size_t lines_ = 0;            // written so far
  std::string last_line_;       // the last one, without its prefix
  size_t last_line_depth_ = 0;  // how many prefixes it had
};

}  // namespace mugai::sanitize
