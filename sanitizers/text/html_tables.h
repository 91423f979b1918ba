// Tables as text: rows of short cells become one line, "a | b"; rows that lay out a page become one block
// after another. Decided row by row, so that nothing is buffered. Nested tables work alike, deeply nested
// ones are plain blocks.
#pragma once

#include <vector>

#include "sanitizers/text/html_flow.h"

namespace mugai::sanitize {

class TableFlow {
 public:
  explicit TableFlow(TextFlow& flow) : flow_(flow) {}  // outlives this

  void begin_table(bool has_border);
  void begin_row();
  void begin_cell(bool heading);
  void end_cell();
  void end_row();
  void end_table();

 private:
  struct Table {
    bool data = false;  // its empty cells mean something
    bool in_row = false, in_cell = false;
    TextFlow::Row row;
    size_t cell = 0;
    std::vector<TextFlow::Cell> cells;
  };
  bool is_ignored() const { return tables_.empty() || ignored_ > 0; }

  TextFlow& flow_;
  std::vector<Table> tables_;
  size_t ignored_ = 0;
};

}  // namespace mugai::sanitize
