// Locks a package of Office by a password, as Office does today: agile encryption with AES-256 and SHA-512 ([MS-OFFCRYPTO]
// §2.3.4.10 to §2.3.4.15), in a compound file with its data spaces (§2.1). Salts and keys are fresh each time, so the same
// package never gives the same bytes twice. The time that it takes is that of one password, and comes out of the caller's budget.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize::offcrypto {

enum class Locking {
  complete,
  too_much,    // the budget is spent
  too_large,   // for a compound file
  failed,      // temporary: no room, no randomness
};

// `password` is UTF-16LE, see password_units(). What is in `out` counts only when complete.
Locking lock_package(Bytes package, Bytes password, Budget& budget, Workspace& workspace, Sink& out);

}  // namespace mugai::sanitize::offcrypto
