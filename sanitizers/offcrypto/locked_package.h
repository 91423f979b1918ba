// A package of Office in an OLE compound file under a password ([MS-OFFCRYPTO] §2.3.4): finds how it is locked, tries passwords,
// decrypts. Writes nothing but the decrypted package, which is as untrusted as any other file. The time that it takes is bounded
// by hashes for all passwords together, and by what the caller's budget has.
#pragma once

#include <span>
#include <string>

#include "sanitizers/format.h"

namespace mugai::sanitize::offcrypto {

enum class Unlocked {
  by_password,
  by_default,       // Excel's own password, which everybody has
  locked,           // no password fits, or no more may be tried
  damaged,
  tampered,         // opened, but its HMAC is that of other bytes
  unsupported,
  rights_managed,   // IRM: only the publisher's server opens it
  failed,           // temporary: no room
};

// So that many documents in one message are bounded too, a hash costs the budget as much as so many unpacked bytes.
inline constexpr uint64_t kBytesPerHash = 64;

struct Opening {
  Unlocked how;
  const std::string* password = nullptr;   // one of the caller's, when it opened
};

// `package` is complete (and not yet finished) only when it was opened. Hashes are taken from `budget`.
Opening unlock_package(Bytes untrusted_file, std::span<const std::string> passwords, Budget& budget, Sink& package);

}  // namespace mugai::sanitize::offcrypto
