#include "sanitizers/offcrypto/encryption_info.h"

#include "sanitizers/little_endian.h"

namespace mugai::sanitize::offcrypto {
namespace {

constexpr size_t kMaxStream = 1 << 20;   // with many certificates; usually two thousand bytes
constexpr uint32_t kAes = 1 << 5, kExternal = 1 << 4, kCryptoApi = 1 << 2;
constexpr uint32_t kStandardSpinCount = 50'000;
constexpr size_t kFixedHeader = 32, kVerifierBytes = 16, kVerifierHashBytes = 32;

size_t key_bytes_of(uint32_t algorithm) {
  switch (algorithm) {
    case 0x660e: return 16;
    case 0x660f: return 24;
    case 0x6610: return 32;
    default: return 0;
  }
}

// Flags, size of the header, header, verifier (§2.3.2, §2.3.3). The key's size must be the algorithm's, the hash is SHA-1.
Parsed parse_standard(Bytes stream, EncryptionInfo& info) {
  const uint32_t flags = u32(stream, 0), header_bytes = u32(stream, 4);
  if (stream.size() < 8 || header_bytes < kFixedHeader || header_bytes > stream.size() - 8) return Parsed::damaged;
  const Bytes header = stream.substr(8, header_bytes), verifier = stream.substr(8 + header_bytes);
  if (!(flags & kCryptoApi) || !(flags & kAes) || (flags & kExternal)) return Parsed::unsupported;
  uint32_t algorithm = u32(header, 8);
  const uint32_t hash = u32(header, 12), key_bits = u32(header, 16);
  if (algorithm == 0) algorithm = 0x660e;   // "determined by the flags", which say AES
  const size_t key_bytes = key_bytes_of(algorithm);
  if (key_bytes == 0 || (hash != 0 && hash != 0x8004)) return Parsed::unsupported;
  if (key_bits != 8 * key_bytes && key_bits != 0) return Parsed::damaged;
  if (u32(verifier, 0) != kBlock || verifier.size() < 4 + kBlock + kVerifierBytes + 4 + kVerifierHashBytes) return Parsed::damaged;
  if (u32(verifier, 4 + kBlock + kVerifierBytes) != hash_bytes(Hash::sha1)) return Parsed::damaged;
  info.data = {Hash::sha1, Chaining::ecb, key_bytes, std::string(verifier.substr(4, kBlock))};
  info.password = info.data;
  info.spin_count = kStandardSpinCount;
  info.verifier_input = verifier.substr(4 + kBlock, kVerifierBytes);
  info.verifier_hash = verifier.substr(4 + kBlock + kVerifierBytes + 4, kVerifierHashBytes);
  return Parsed::complete;
}

}  // namespace

Parsed parse_encryption_info(Bytes stream, EncryptionInfo& info) {
  info = EncryptionInfo();
  if (stream.size() < 8 || stream.size() > kMaxStream) return Parsed::damaged;
  const uint32_t version = u32(stream, 0), major = version & 0xffff, minor = version >> 16;
  if (major == 4 && minor == 4) {
    info.agile = true;
    return parse_agile_descriptor(stream.substr(8), info);
  }
  if (minor == 2 && major >= 2 && major <= 4) return parse_standard(stream.substr(4), info);
  return Parsed::unsupported;
}

}  // namespace mugai::sanitize::offcrypto
