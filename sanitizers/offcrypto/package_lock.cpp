#include "sanitizers/offcrypto/package_lock.h"

#include "sanitizers/offcrypto/agile_purpose.h"
#include "sanitizers/offcrypto/data_spaces.h"
#include "sanitizers/offcrypto/locked_package.h"
#include "sanitizers/offcrypto/package_stream.h"
#include "sanitizers/ole/compound_writer.h"

namespace mugai::sanitize::offcrypto {
namespace {

constexpr Hash kHash = Hash::sha512;
constexpr size_t kKeyBytes = 32, kSaltBytes = 16;
constexpr uint32_t kSpinCount = 100'000;           // Office's own
constexpr uint64_t kMaxPackage = 0x7f00'0000;      // leaves room for what stands around it

constexpr Bytes kHead{"\4\0\4\0\x40\0\0\0", 8};   // version 4.4, agile

// What nobody but us has chosen, and nothing has seen before.
struct Secrets {
  std::string data_salt = random_bytes(kSaltBytes), password_salt = random_bytes(kSaltBytes), verifier = random_bytes(kSaltBytes);
  std::string key = random_bytes(kKeyBytes), hmac_key = random_bytes(hash_bytes(kHash));

  bool complete() const {
    return !data_salt.empty() && !password_salt.empty() && !verifier.empty() && !key.empty() && !hmac_key.empty();
  }
  Secrets() = default;
  Secrets(const Secrets&) = delete;
  Secrets& operator=(const Secrets&) = delete;
  ~Secrets() {
    for (std::string* secret : {&verifier, &key, &hmac_key}) wipe(*secret);
  }
};

// §2.3.4.15: the length, then segments of which the last is filled up to whole blocks. `hmac` is told all of it.
bool encrypt_package(Bytes package, const Secrets& secrets, Digest& digest, Hmac& hmac, Sink& stream) {
  const auto put = [&](Bytes bytes) { return hmac.add(bytes) && stream.write(bytes); };
  std::string length;
  for (size_t i = 0; i < 8; ++i) length += static_cast<char>(uint64_t{package.size()} >> 8 * i);
  if (!put(length)) return false;
  Encryptor cipher(secrets.key);
  for (uint32_t number = 0; !package.empty(); ++number) {
    std::string segment(package.substr(0, kSegment));
    package.remove_prefix(segment.size());
    segment.resize((segment.size() + kBlock - 1) / kBlock * kBlock, '\0');
    const std::string encrypted = cipher.encrypt(segment_vector(digest, secrets.data_salt, number), segment);
    if (encrypted.empty() || !put(encrypted)) return false;
  }
  return true;
}

// §2.3.4.10: an element's attributes, as they follow from what we always choose.
std::string algorithm(Bytes salt) {
  return " saltSize=\"16\" blockSize=\"16\" keyBits=\"256\" hashSize=\"64\" cipherAlgorithm=\"AES\" cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"SHA512\""
         " saltValue=\"" + base64(salt) + "\"";
}

// The stream EncryptionInfo; empty when it cannot be made.
std::string encryption_info(const Secrets& secrets, Bytes password, Bytes hmac, Digest& digest) {
  std::string spun = digest.spun(digest.of({secrets.password_salt, password}), kSpinCount);
  bool complete = !spun.empty() && !hmac.empty();
  const auto encrypted = [&](Bytes key, Bytes iv, Bytes value) {
    const std::string out = Encryptor(key).encrypt(iv, value);
    complete &= !out.empty();
    return base64(out);
  };
  const auto by_password = [&](Bytes purpose, Bytes value) {
    std::string key = fitted(digest.of({spun, purpose}), kKeyBytes);
    std::string out = encrypted(key, secrets.password_salt, value);
    wipe(key);
    return out;
  };
  const auto by_key = [&](Bytes purpose, Bytes value) {
    return encrypted(secrets.key, fitted(digest.of({secrets.data_salt, purpose}), kBlock), value);
  };
  std::string out(kHead);
  out += "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n"
         "<encryption xmlns=\"http://schemas.microsoft.com/office/2006/encryption\" xmlns:p=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\">"
         "<keyData" + algorithm(secrets.data_salt) + "/>";
  out += "<dataIntegrity encryptedHmacKey=\"" + by_key(kForHmacKey, secrets.hmac_key) + "\" encryptedHmacValue=\"" + by_key(kForHmacValue, hmac) + "\"/>";
  out += "<keyEncryptors><keyEncryptor uri=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\"><p:encryptedKey spinCount=\"" +
         std::to_string(kSpinCount) + "\"" + algorithm(secrets.password_salt);
  out += " encryptedVerifierHashInput=\"" + by_password(kForVerifierInput, secrets.verifier) + "\"";
  out += " encryptedVerifierHashValue=\"" + by_password(kForVerifierHash, digest.of({secrets.verifier})) + "\"";
  out += " encryptedKeyValue=\"" + by_password(kForKey, secrets.key) + "\"/></keyEncryptor></keyEncryptors></encryption>";
  wipe(spun);
  return complete ? out : std::string();
}

}  // namespace

Locking lock_package(Bytes package, Bytes password, Budget& budget, Workspace& workspace, Sink& out) {
  if (package.size() > kMaxPackage) return Locking::too_large;
  if (!budget.take_bytes(kSpinCount * kBytesPerHash)) return Locking::too_much;
  const Secrets secrets;
  Digest digest(kHash);
  Hmac hmac(kHash, secrets.hmac_key);
  Blob stream(workspace);
  if (!secrets.complete() || !encrypt_package(package, secrets, digest, hmac, stream) || !stream.finish()) return Locking::failed;
  const std::string info = encryption_info(secrets, password, hmac.result(), digest);
  if (info.empty()) return Locking::failed;
  CompoundWriter file;
  add_data_spaces(file);
  file.add_stream(CompoundWriter::kRoot, "EncryptionInfo", info);
  file.add_stream(CompoundWriter::kRoot, "EncryptedPackage", stream.bytes());
  return file.write(out) ? Locking::complete : Locking::failed;
}

}  // namespace mugai::sanitize::offcrypto
