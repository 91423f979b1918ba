// Whether a compound file of Office is under rights management (IRM): [MS-OFFCRYPTO] §2.2. Then no password helps. By names
// of storages and streams alone; reads nothing.
#pragma once

#include "sanitizers/ole/compound_file.h"

namespace mugai::sanitize::offcrypto {

bool is_rights_managed(const CompoundFile& file);

}  // namespace mugai::sanitize::offcrypto
