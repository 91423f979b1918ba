#include "sanitizers/offcrypto/package_key.h"

#include "sanitizers/offcrypto/agile_purpose.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize::offcrypto {
namespace {

using namespace std::string_view_literals;

constexpr size_t kMaxPasswordUnits = 255;

// §2.3.4.7: as CryptDeriveKey does it.
std::string standard_key(Digest& digest, const std::string& spun, size_t bytes) {
  const std::string last = digest.of({spun, "\0\0\0\0"sv});
  std::string inner(64, '\x36'), outer(64, '\x5c');
  for (size_t i = 0; i < last.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ last[i]);
    outer[i] = static_cast<char>(outer[i] ^ last[i]);
  }
  std::string key = digest.of({inner}) + digest.of({outer});
  key.resize(std::min(bytes, key.size()));
  return key;
}

std::optional<PackageKey> unlock_standard(const EncryptionInfo& info, Digest& digest, const std::string& spun) {
  PackageKey out;
  out.algorithm = info.data;
  out.key = standard_key(digest, spun, info.data.key_bytes);
  Decryptor cipher(Chaining::ecb, out.key);
  const std::string expected = cipher.decrypt({}, info.verifier_hash), input = cipher.decrypt({}, info.verifier_input);
  if (input.empty() || !equal_in_constant_time(digest.of({input}), Bytes(expected).substr(0, hash_bytes(Hash::sha1)))) return std::nullopt;
  return out;
}

std::optional<PackageKey> unlock_agile(const EncryptionInfo& info, Digest& digest, const std::string& spun) {
  const Algorithm& password = info.password;
  const std::string iv = fitted(password.salt, kBlock);
  const auto decrypted = [&](Bytes purpose, const std::string& value) {
    std::string key = fitted(digest.of({spun, purpose}), password.key_bytes);
    std::string out = Decryptor(password.chaining, key).decrypt(iv, value);
    wipe(key);
    return out;
  };
  const std::string input = decrypted(kForVerifierInput, info.verifier_input), expected = decrypted(kForVerifierHash, info.verifier_hash);
  if (input.empty() || !equal_in_constant_time(digest.of({Bytes(input).substr(0, password.salt.size())}), Bytes(expected).substr(0, hash_bytes(password.hash))))
    return std::nullopt;
  PackageKey out;
  out.agile = true;
  out.algorithm = info.data;
  out.key = decrypted(kForKey, info.key);
  out.key.resize(std::min(out.key.size(), info.data.key_bytes));
  out.has_hmac = !info.hmac_key.empty();
  if (!out.has_hmac) return out;
  Digest of_data(info.data.hash);
  Decryptor cipher(info.data.chaining, out.key);
  const auto part = [&](Bytes purpose, const std::string& value) {
    return cipher.decrypt(fitted(of_data.of({info.data.salt, purpose}), kBlock), value).substr(0, hash_bytes(info.data.hash));
  };
  out.hmac_key = part(kForHmacKey, info.hmac_key);
  out.hmac = part(kForHmacValue, info.hmac_value);
  return out;
}

}  // namespace

std::string fitted(std::string hash, size_t bytes) {
  hash.resize(bytes, '\x36');
  return hash;
}

std::optional<std::string> password_units(Bytes utf8) {
  std::string out;
  const auto add = [&](char32_t unit) { out += {static_cast<char>(unit), static_cast<char>(unit >> 8)}; };
  for (size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    if (c < 0x10000) {
      add(c);
    } else {
      add(0xD800 + ((c - 0x10000) >> 10));
      add(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
    if (out.size() > 2 * kMaxPasswordUnits) return std::nullopt;
  }
  return out;
}

std::optional<PackageKey> unlock(const EncryptionInfo& info, Bytes password) {
  Digest digest(info.password.hash);
  if (!digest.ok()) return std::nullopt;
  std::string spun = digest.spun(digest.of({info.password.salt, password}), info.spin_count);
  std::optional<PackageKey> out = info.agile ? unlock_agile(info, digest, spun) : unlock_standard(info, digest, spun);
  wipe(spun);
  return out;
}

}  // namespace mugai::sanitize::offcrypto
