#include "sanitizers/text/html_tables.h"

#include <utility>

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxNested = 20, kMaxCells = 100, kMaxRowBytes = 1000;

// The cells in one line, or nothing when they are better read one after another.
std::string joined(const std::vector<TextFlow::Cell>& cells, bool is_data) {
  size_t filled = 0, bytes = 0, last = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].single) return {};
    bytes += cells[i].text.size();
    if (cells[i].lines == 0) continue;
    ++filled;
    last = i;
  }
  if (filled < 2 || bytes > kMaxRowBytes || cells.size() > kMaxCells) return {};
  const bool keep_empty = is_data || filled > 2;
  std::string line;
  bool first = true;
  for (size_t i = 0; i <= last; ++i) {
    if (cells[i].lines == 0 && !keep_empty) continue;
    if (!std::exchange(first, false)) line += " | ";
    line += cells[i].text;
  }
  return line;
}

}  // namespace

void TableFlow::begin_table(bool has_border) {
  flow_.block(0);
  if (tables_.size() < kMaxNested)
    tables_.emplace_back().data = has_border;
  else
    ++ignored_;
}

void TableFlow::begin_row() {
  if (is_ignored()) return flow_.block(0);
  end_row();
  tables_.back().in_row = true;
  tables_.back().row = flow_.begin_row();
}

void TableFlow::begin_cell(bool heading) {
  if (is_ignored()) return flow_.block(0);
  if (!tables_.back().in_row) begin_row();
  Table& table = tables_.back();
  table.data = table.data || heading;
  table.in_cell = true;
  table.cell = flow_.begin_cell();
}

void TableFlow::end_cell() {
  if (is_ignored()) return flow_.block(0);
  Table& table = tables_.back();
  if (std::exchange(table.in_cell, false)) table.cells.push_back(flow_.end_cell(table.cell));
}

void TableFlow::end_row() {
  if (is_ignored()) return flow_.block(0);
  end_cell();
  Table& table = tables_.back();
  if (!std::exchange(table.in_row, false)) return;
  const std::string line = joined(std::exchange(table.cells, {}), table.data);
  if (!line.empty()) flow_.replace_row(table.row, line);
}

void TableFlow::end_table() {
  if (ignored_ > 0) {
    --ignored_;
  } else if (!tables_.empty()) {
    end_row();
    tables_.pop_back();
  }
  flow_.block(0);
}

}  // namespace mugai::sanitize
