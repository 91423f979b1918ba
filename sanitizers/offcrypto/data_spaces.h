// The storage \6DataSpaces of an encrypted compound file ([MS-OFFCRYPTO] §2.1, §2.2), which says by what its streams went.
#pragma once

#include "sanitizers/ole/compound_file.h"
#include "sanitizers/ole/compound_writer.h"

namespace mugai::sanitize::offcrypto {

// Whether a compound file of Office is under rights management (IRM, §2.2). Then no password helps. By names of storages and
// streams alone; reads nothing.
bool is_rights_managed(const CompoundFile& file);

// Says that EncryptedPackage is encrypted as ECMA-376 has it (§2.3.4.1 to §2.3.4.3). Without it Office does not open the file.
// What it adds lives as long as the process.
void add_data_spaces(CompoundWriter& file);

}  // namespace mugai::sanitize::offcrypto
