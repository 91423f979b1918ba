// Where programs stand in an old office document: what an office suite drops in silence when it converts one, and a reader
// of a report wants to know. Reads names and the heads of records only. [MS-OVBA] §2.2, [MS-XLS] §2.4.28, [MS-PPT] §2.4.
#pragma once

#include <cstdint>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct OfficeMacros {
  bool vba = false;
  uint64_t macro_sheets = 0;   // of Excel 4 (XLM), hidden ones too
};

// Bytes that are no compound file have none.
OfficeMacros find_macros(Bytes untrusted_file);

}  // namespace mugai::sanitize
