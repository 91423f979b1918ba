// How large a unit of each page is, in points (UserUnit): converters leave that out of account, drawings on large sheets do
// not. The document is one of ours; it is read once more, by libqpdf.
#pragma once

#include <optional>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

// One for each page, 1 where nothing else is said. Nothing when libqpdf cannot read the document.
std::optional<std::vector<double>> page_units(Bytes pdf);

}  // namespace mugai::sanitize
