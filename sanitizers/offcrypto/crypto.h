// The adapter around OpenSSL for what Office encrypts with: SHA-1 and SHA-2, AES in the modes of [MS-OFFCRYPTO], HMAC, random
// bytes. Blocks are those of AES, 16 bytes. An object whose ok() is false (no memory, no such algorithm) gives empty results,
// which fit nothing. Keys are wiped where they are kept, not every copy that was made on the way. One thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "config/base/bytes.h"

struct evp_md_ctx_st;
struct evp_cipher_ctx_st;
struct evp_mac_ctx_st;

namespace mugai::sanitize::offcrypto {

inline constexpr size_t kBlock = 16;

enum class Hash { sha1, sha256, sha384, sha512 };
enum class Chaining { ecb, cbc, cfb8 };

size_t hash_bytes(Hash hash);
bool is_key_size(uint64_t bytes);   // of AES

class Digest {
 public:
  explicit Digest(Hash hash);
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  bool ok() const { return context_ != nullptr; }
  std::string of(std::initializer_list<Bytes> parts);   // one after the other
  // Each round: of its number, in 32 bits, and what the last one gave. `start` is a result of of().
  std::string spun(std::string start, uint32_t rounds);

 private:
  evp_md_ctx_st* context_;
};

class Decryptor {
 public:
  // `key` has 16, 24 or 32 bytes.
  Decryptor(Chaining chaining, Bytes key);
  ~Decryptor();
  Decryptor(const Decryptor&) = delete;
  Decryptor& operator=(const Decryptor&) = delete;

  bool ok() const { return context_ != nullptr; }
  // `blocks` has whole blocks, `iv` one block (ignored by ECB); each call begins anew.
  std::string decrypt(Bytes iv, Bytes blocks);

 private:
  evp_cipher_ctx_st* context_;
  Chaining chaining_;
};

// Chains blocks (CBC), the only way in which we write.
class Encryptor {
 public:
  explicit Encryptor(Bytes key);   // as Decryptor's
  ~Encryptor();
  Encryptor(const Encryptor&) = delete;
  Encryptor& operator=(const Encryptor&) = delete;

  bool ok() const { return context_ != nullptr; }
  // Like Decryptor::decrypt().
  std::string encrypt(Bytes iv, Bytes blocks);

 private:
  evp_cipher_ctx_st* context_;
};

class Hmac {
 public:
  Hmac(Hash hash, Bytes key);
  ~Hmac();
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  [[nodiscard]] bool add(Bytes bytes);
  std::string result();

 private:
  evp_mac_ctx_st* context_;
};

std::string random_bytes(size_t count);   // for keys; empty when there are none to be had
std::string base64(Bytes bytes);          // in one line
bool equal_in_constant_time(Bytes a, Bytes b);   // not when both are empty
void wipe(std::string& secret);

}  // namespace mugai::sanitize::offcrypto
