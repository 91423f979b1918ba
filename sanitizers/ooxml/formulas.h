// Excel's formulas: which may stay. One that reaches another workbook, another program or the network, or calls a function
// that Excel itself does not have, may not. Looks at words, does not calculate. Pure, linear.
#pragma once

#include <string>
#include <string_view>

#include "sanitizers/office/links.h"

namespace mugai::sanitize::ooxml {

struct FormulaVerdict {
  bool stays = true;
  std::string_view what;   // "dde", "external-formula", or empty with `link`
  std::string link;        // where a HYPERLINK leads that goes; "?" when it is calculated
};

FormulaVerdict judge_formula(std::string_view untrusted_formula, const Links& links);

}  // namespace mugai::sanitize::ooxml
