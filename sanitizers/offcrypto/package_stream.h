// Decrypts the stream EncryptedPackage while it is written to ([MS-OFFCRYPTO] §2.3.4.4, §2.3.4.15): its length in eight bytes,
// then the package, the agile kind in segments of 4,096 bytes that begin anew each. Holds one segment, never more. What goes to
// `out` counts only when finish() says complete: the HMAC of the agile kind (§2.3.4.14) is known last. One thread; `key` and
// `out` outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sanitizers/offcrypto/package_key.h"

namespace mugai::sanitize::offcrypto {

inline constexpr size_t kSegment = 4'096;
std::string segment_vector(Digest& digest, Bytes salt, uint32_t number);   // initial vector of a segment (§2.3.4.15)

class PackageStream : public Sink {
 public:
  PackageStream(const PackageKey& key, Sink& out);

  // False when `out` failed.
  [[nodiscard]] bool write(Bytes untrusted) override;

  enum class End {
    complete,
    damaged,      // shorter than it says
    tampered,     // the HMAC is of something else
    sink_failed,
  };
  [[nodiscard]] End finish();

 private:
  [[nodiscard]] bool decrypt(Bytes blocks);

  const PackageKey& key_;
  Sink& out_;
  Digest digest_;
  Decryptor cipher_;
  std::optional<Hmac> hmac_;
  std::string head_, segment_;
  uint64_t left_ = 0;       // of the package, still to come
  uint32_t number_ = 0;     // of the segment
  bool broken_ = false;
};

}  // namespace mugai::sanitize::offcrypto
