// Programs and foreign objects in an old office document: what an office suite drops in silence when it converts one, and a
// reader of a report wants to know. Reads names and the heads of records only. [MS-OVBA] §2.2, [MS-XLS] §2.4.28 and §2.1.7.13,
// [MS-DOC] §2.1.4, [MS-PPT] §2.4 and §2.10.34.
#pragma once

#include <cstdint>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct ActiveContent {
  bool vba = false;
  uint64_t macro_sheets = 0;   // of Excel 4 (XLM), hidden ones too
  uint64_t objects = 0;        // of other programs: OLE objects, packages, equations, controls
  bool metadata = false;       // who wrote it, and the like
};

// Of a compound file, or of the XML of 2003; other bytes have none.
ActiveContent find_active_content(Bytes untrusted_file);

}  // namespace mugai::sanitize
