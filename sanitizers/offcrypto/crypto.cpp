#include "sanitizers/offcrypto/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

namespace mugai::sanitize::offcrypto {
namespace {

constexpr size_t kMost = 1 << 20;   // bytes at once, far above what anybody asks for; OpenSSL counts in int

const unsigned char* raw(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

const EVP_MD* algorithm_of(Hash hash) {
  switch (hash) {
    case Hash::sha1: return EVP_sha1();
    case Hash::sha256: return EVP_sha256();
    case Hash::sha384: return EVP_sha384();
    case Hash::sha512: return EVP_sha512();
  }
  return nullptr;
}

const char* name_of(Hash hash) {
  switch (hash) {
    case Hash::sha1: return "SHA1";
    case Hash::sha256: return "SHA256";
    case Hash::sha384: return "SHA384";
    case Hash::sha512: return "SHA512";
  }
  return "";
}

const EVP_CIPHER* algorithm_of(Chaining chaining, size_t key_bytes) {
  const size_t which = key_bytes == 16 ? 0 : key_bytes == 24 ? 1 : 2;
  switch (chaining) {
    case Chaining::ecb: return std::array{EVP_aes_128_ecb, EVP_aes_192_ecb, EVP_aes_256_ecb}[which]();
    case Chaining::cbc: return std::array{EVP_aes_128_cbc, EVP_aes_192_cbc, EVP_aes_256_cbc}[which]();
    case Chaining::cfb8: return std::array{EVP_aes_128_cfb8, EVP_aes_192_cfb8, EVP_aes_256_cfb8}[which]();
  }
  return nullptr;
}

}  // namespace

size_t hash_bytes(Hash hash) {
  switch (hash) {
    case Hash::sha1: return 20;
    case Hash::sha256: return 32;
    case Hash::sha384: return 48;
    case Hash::sha512: return 64;
  }
  return 0;
}

bool is_key_size(uint64_t bytes) { return bytes == 16 || bytes == 24 || bytes == 32; }

Digest::Digest(Hash hash) : context_(EVP_MD_CTX_new()) {
  if (context_ && EVP_DigestInit_ex(context_, algorithm_of(hash), nullptr) == 1) return;
  EVP_MD_CTX_free(context_);
  context_ = nullptr;
}
Digest::~Digest() { EVP_MD_CTX_free(context_); }

std::string Digest::of(std::initializer_list<Bytes> parts) {
  if (!context_ || EVP_DigestInit_ex(context_, nullptr, nullptr) != 1) return {};
  for (const Bytes part : parts)
    if (EVP_DigestUpdate(context_, part.data(), part.size()) != 1) return {};
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int length = 0;
  if (EVP_DigestFinal_ex(context_, raw(out), &length) != 1) return {};
  out.resize(length);
  return out;
}

std::string Digest::spun(std::string value, uint32_t rounds) {
  if (!context_ || value.size() != static_cast<size_t>(EVP_MD_CTX_get_size(context_))) return {};
  for (uint32_t i = 0; i < rounds; ++i) {
    const unsigned char number[4] = {static_cast<unsigned char>(i), static_cast<unsigned char>(i >> 8), static_cast<unsigned char>(i >> 16),
                                     static_cast<unsigned char>(i >> 24)};
    if (EVP_DigestInit_ex(context_, nullptr, nullptr) != 1 || EVP_DigestUpdate(context_, number, sizeof number) != 1 ||
        EVP_DigestUpdate(context_, value.data(), value.size()) != 1 || EVP_DigestFinal_ex(context_, raw(value), nullptr) != 1)
      return {};
  }
  return value;
}

Decryptor::Decryptor(Chaining chaining, Bytes key) : context_(nullptr), chaining_(chaining) {
  if (!is_key_size(key.size())) return;
  context_ = EVP_CIPHER_CTX_new();
  if (context_ && EVP_DecryptInit_ex(context_, algorithm_of(chaining, key.size()), nullptr, raw(key), nullptr) == 1) return;
  EVP_CIPHER_CTX_free(context_);
  context_ = nullptr;
}
Decryptor::~Decryptor() { EVP_CIPHER_CTX_free(context_); }

std::string Decryptor::decrypt(Bytes iv, Bytes blocks) {
  if (!context_ || blocks.size() % kBlock != 0 || blocks.size() > kMost) return {};
  if (chaining_ != Chaining::ecb && iv.size() != kBlock) return {};
  if (EVP_DecryptInit_ex(context_, nullptr, nullptr, nullptr, chaining_ == Chaining::ecb ? nullptr : raw(iv)) != 1) return {};
  EVP_CIPHER_CTX_set_padding(context_, 0);
  std::string out(blocks.size() + kBlock, '\0');
  int length = 0;
  if (EVP_DecryptUpdate(context_, raw(out), &length, raw(blocks), static_cast<int>(blocks.size())) != 1) return {};
  if (static_cast<size_t>(length) != blocks.size()) return {};
  out.resize(blocks.size());
  return out;
}

Encryptor::Encryptor(Bytes key) : context_(nullptr) {
  if (!is_key_size(key.size())) return;
  context_ = EVP_CIPHER_CTX_new();
  if (context_ && EVP_EncryptInit_ex(context_, algorithm_of(Chaining::cbc, key.size()), nullptr, raw(key), nullptr) == 1) return;
  EVP_CIPHER_CTX_free(context_);
  context_ = nullptr;
}
Encryptor::~Encryptor() { EVP_CIPHER_CTX_free(context_); }

std::string Encryptor::encrypt(Bytes iv, Bytes blocks) {
  if (!context_ || blocks.size() % kBlock != 0 || blocks.size() > kMost || iv.size() != kBlock) return {};
  if (EVP_EncryptInit_ex(context_, nullptr, nullptr, nullptr, raw(iv)) != 1) return {};
  EVP_CIPHER_CTX_set_padding(context_, 0);
  std::string out(blocks.size() + kBlock, '\0');
  int length = 0;
  if (EVP_EncryptUpdate(context_, raw(out), &length, raw(blocks), static_cast<int>(blocks.size())) != 1) return {};
  if (static_cast<size_t>(length) != blocks.size()) return {};
  out.resize(blocks.size());
  return out;
}

Hmac::Hmac(Hash hash, Bytes key) : context_(nullptr) {
  EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  if (!mac) return;
  context_ = EVP_MAC_CTX_new(mac);
  EVP_MAC_free(mac);
  std::string name = name_of(hash);
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0), OSSL_PARAM_construct_end()};
  if (context_ && EVP_MAC_init(context_, raw(key), key.size(), parameters) == 1) return;
  EVP_MAC_CTX_free(context_);
  context_ = nullptr;
}
Hmac::~Hmac() { EVP_MAC_CTX_free(context_); }

bool Hmac::add(Bytes bytes) { return context_ && EVP_MAC_update(context_, raw(bytes), bytes.size()) == 1; }

std::string Hmac::result() {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  size_t length = 0;
  if (!context_ || EVP_MAC_final(context_, raw(out), &length, out.size()) != 1) return {};
  out.resize(length);
  return out;
}

std::string random_bytes(size_t count) {
  std::string out(count, '\0');
  if (count > kMost || RAND_bytes(raw(out), static_cast<int>(count)) != 1) return {};
  return out;
}

std::string base64(Bytes bytes) {
  if (bytes.size() > kMost) return {};
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(raw(out), raw(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(std::max(length, 0)));
  return out;
}

bool equal_in_constant_time(Bytes a, Bytes b) {
  return !a.empty() && a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

}  // namespace mugai::sanitize::offcrypto
