// Formulas, conditions and addresses of cells (OpenFormula, ODF 1.3 part 4): which may stay. One that reaches another document,
// another program or the network, or calls a function that spreadsheets do not have themselves, may not. Looks at words, does
// not calculate. Pure, linear.
#pragma once

#include <string>
#include <string_view>

#include "sanitizers/office/links.h"

namespace mugai::sanitize::odf {

struct FormulaVerdict {
  bool stays = true;
  std::string_view what;   // "dde", "external-formula", or empty with `link`
  std::string link;        // where a HYPERLINK leads that goes; "?" when it is calculated
};

enum class FormulaLanguage { cells, writer };   // writer: of fields and of tables in texts, with a few functions of its own

// Without the prefix that names its language ("of:").
FormulaVerdict judge_formula(std::string_view untrusted_formula, const Links& links, FormulaLanguage language = FormulaLanguage::cells);

}  // namespace mugai::sanitize::odf
