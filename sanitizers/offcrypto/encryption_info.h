// The stream EncryptionInfo of an encrypted Office document: by which algorithms and with what salts it was encrypted
// ([MS-OFFCRYPTO] §2.3.4.5 standard, §2.3.4.10 agile). Parses and checks; decrypts nothing. What it gives is complete and of
// sizes that fit together: keys of AES, blocks of 16 bytes, values of as many blocks as their meaning needs.
#pragma once

#include <cstdint>
#include <string>

#include "config/base/bytes.h"
#include "sanitizers/offcrypto/crypto.h"

namespace mugai::sanitize::offcrypto {

inline constexpr uint32_t kMaxSpinCount = 10'000'000;   // §2.3.4.10

struct Algorithm {
  Hash hash = Hash::sha1;
  Chaining chaining = Chaining::ecb;
  size_t key_bytes = 0;
  std::string salt;
};

struct EncryptionInfo {
  bool agile = false;
  Algorithm data;      // of the package
  Algorithm password;  // of what lies under the password; of the standard kind they are one
  uint32_t spin_count = 0;
  std::string verifier_input, verifier_hash;   // still encrypted, as all below
  std::string key;                             // agile: of the package
  std::string hmac_key, hmac_value;            // agile: both, or neither
};

enum class Parsed {
  complete,
  damaged,
  unsupported,   // extensible encryption, certificates only, RC4 and other old ciphers
};
Parsed parse_encryption_info(Bytes untrusted_stream, EncryptionInfo& info);

// The XML of the agile kind, behind version and flags.
Parsed parse_agile_descriptor(Bytes untrusted_xml, EncryptionInfo& info);

}  // namespace mugai::sanitize::offcrypto
