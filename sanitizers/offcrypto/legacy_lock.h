// Whether a document of Office 97 to 2003 (or older) is encrypted: recognised, never opened. [MS-DOC] §2.5.2 FibBase, [MS-XLS]
// §2.4.117 FilePass, [MS-PPT] §2.3.2 CurrentUserAtom; RC4, RC4 by CryptoAPI and XOR obfuscation alike. Reads the beginnings
// of streams; pure.
#pragma once

#include "config/base/bytes.h"

namespace mugai::sanitize::offcrypto {

enum class LegacyLock { none, password, rights_management };

// `untrusted_file` is an OLE compound file, or the bare stream of a workbook as Excel 2 to 4 wrote it.
LegacyLock legacy_lock(Bytes untrusted_file);

}  // namespace mugai::sanitize::offcrypto
