// links: sanitizers
// No cell that an RFC 4180 reader sees begins with a formula; only apostrophes are added; once is enough;
// pieces give the same as the whole.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/base/bytes.h"
#include "sanitizers/formats/csv_cells.h"

static void require(bool holds) {
  if (!holds) std::abort();
}

// A second, plainer reading of RFC 4180 §2 than the one under test.
static void require_no_formula(std::string_view csv, char separator) {
  for (size_t at = 0; at < csv.size();) {
    const bool quoted = csv[at] == '"';
    size_t first = at + quoted;
    while (first < csv.size() && csv[first] == ' ') ++first;
    require(first >= csv.size() || (csv[first] != '=' && csv[first] != '@'));
    size_t end = at + quoted;
    if (quoted) {
      while (end < csv.size() && !(csv[end] == '"' && mugai::byte_at(csv, end + 1) != '"'))
        end += csv[end] == '"' ? 2 : 1;
    }
    while (end < csv.size() && csv[end] != separator && csv[end] != '\n') ++end;
    at = end + 1;
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string csv(reinterpret_cast<const char*>(data), size);
  mugai::sanitize::CsvCells whole, again, pieces;
  const std::string once = whole.neutralise(csv);
  require(once.size() == csv.size() + whole.formulas());
  require(again.neutralise(once) == once && again.formulas() == 0);
  for (const char separator : {',', ';', '\t', '|'}) require_no_formula(once, separator);
  std::string joined;
  for (size_t at = 0; at < csv.size();) {
    const size_t line = csv.find('\n', at), end = line == csv.npos ? csv.size() : line + 1;
    joined += pieces.neutralise(std::string_view(csv).substr(at, end - at));
    at = end;
  }
  require(joined == once);
  return 0;
}
