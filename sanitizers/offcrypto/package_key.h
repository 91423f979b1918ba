// From a password to the key of the package: [MS-OFFCRYPTO] §2.3.4.7 and §2.3.4.9 (standard), §2.3.4.11 to §2.3.4.13 (agile).
// Costs `spin_count` hashes for each password, whoever asks bounds how many. A wrong password is told by the verifier, compared
// in constant time. Pure.
#pragma once

#include <optional>
#include <string>

#include "config/base/bytes.h"
#include "sanitizers/offcrypto/encryption_info.h"

namespace mugai::sanitize::offcrypto {

struct PackageKey {
  Algorithm algorithm;           // its salt makes the agile kind's initial vectors
  std::string key;
  bool agile = false;
  bool has_hmac = false;         // a document of the agile kind may come without
  std::string hmac_key, hmac;
  ~PackageKey() { wipe(key); }
};

// Null: the password is wrong.
std::optional<PackageKey> unlock(const EncryptionInfo& info, Bytes password_utf16le);

// `hash` in `bytes` bytes: cut, or filled up with 0x36 (§2.3.4.11, §2.3.4.12).
std::string fitted(std::string hash, size_t bytes);

// UTF-16LE of a password; null when it is longer than the 255 units that Office takes.
std::optional<std::string> password_units(Bytes utf8);

}  // namespace mugai::sanitize::offcrypto
