#include "gateway/accounts/secrets.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "gateway/file.h"
#include "sanitizers/mime/piece.h"

namespace mugai::gateway {

namespace {

constexpr size_t kKeyBytes = 32, kNonceBytes = 12, kTagBytes = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string base64url(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), raw(bytes), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();   // its terminating NUL
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out(text.size(), '\0');
  size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(raw(out), out.size(), text.data(), text.size(), nullptr, &length, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  out.resize(length);
  return out;
}

// Without random bytes there is nothing to go on with.
std::string random_bytes(size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(raw(out), static_cast<int>(count)) != 1) std::abort();
  return out;
}

Status write_key(const std::string& directory, const std::string& path, Bytes key) {
  const std::string temporary = path + ".new." + std::to_string(::getpid());
  {
    const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file || !write_all(file.get(), key) || ::fsync(file.get()) != 0) {
      Error error = io_error("secret.write", "鍵を書けません / cannot write the key " + path);
      ::unlink(temporary.c_str());
      return error;
    }
  }
  // link() does not replace: of two that start at once, the second takes the key of the first.
  const bool linked = ::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST;
  Error error = io_error("secret.write", "鍵を書けません / cannot write the key " + path);
  ::unlink(temporary.c_str());
  const Fd folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!linked || !folder || ::fsync(folder.get()) != 0) return error;
  return Ok{};
}

}  // namespace

Result<Secrets> Secrets::open(const std::string& directory) {
  const std::string path = directory + "/secret";
  if (sodium_init() < 0) return Error{"secret.key", "暗号ライブラリーを使えません / the crypto library does not start", ""};
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) return io_error("secret.key", "鍵を読めません / cannot read the key " + path);
    if (const Status written = write_key(directory, path, random_bytes(kKeyBytes)); !written) return written.error();
    if (::stat(path.c_str(), &found) != 0) return io_error("secret.key", "鍵を読めません / cannot read the key " + path);
  }
  if ((found.st_mode & 077) != 0)
    return Error{"secret.key", "鍵 " + path + " を他の利用者が読めます(chmod 600 が必要) / others may read the key " + path + "; chmod 600 it", ""};
  const Result<std::string> stored = read_file(path, 1024);
  if (!stored) return stored.error();
  if (stored->size() != kKeyBytes) return Error{"secret.key", "鍵 " + path + " が壊れています / the key " + path + " is damaged", ""};
  Key key{};
  std::copy(stored->begin(), stored->end(), key.begin());
  return Secrets(key);
}

Secrets::Key Secrets::derived(std::string_view purpose) const {
  Key out{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), raw(purpose), purpose.size(), out.data(), &length);
  return out;
}

std::string Secrets::seal(std::string_view purpose, std::string_view about, std::string_view plain) const {
  const Key key = derived("seal/" + std::string(purpose));
  const std::string nonce = random_bytes(kNonceBytes);
  std::string sealed(plain.size() + kTagBytes, '\0');
  int length = 0;
  const Cipher cipher(EVP_CIPHER_CTX_new());
  const bool ok = cipher && EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), raw(nonce)) == 1 &&
                  EVP_EncryptUpdate(cipher.get(), nullptr, &length, raw(about), static_cast<int>(about.size())) == 1 &&
                  EVP_EncryptUpdate(cipher.get(), raw(sealed), &length, raw(plain), static_cast<int>(plain.size())) == 1 &&
                  EVP_EncryptFinal_ex(cipher.get(), raw(sealed) + length, &length) == 1 &&
                  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, raw(sealed) + plain.size()) == 1;
  if (!ok) std::abort();   // out of memory, or a library without AES: nothing may go on as if it were sealed
  return base64url(nonce + sealed);
}

std::optional<std::string> Secrets::unseal(std::string_view purpose, std::string_view about, std::string_view text) const {
  const std::optional<std::string> bytes = from_base64url(text);
  if (!bytes || bytes->size() < kNonceBytes + kTagBytes) return std::nullopt;
  const Key key = derived("seal/" + std::string(purpose));
  const std::string_view body = std::string_view(*bytes).substr(kNonceBytes, bytes->size() - kNonceBytes - kTagBytes);
  std::string tag = bytes->substr(bytes->size() - kTagBytes), plain(body.size(), '\0');
  int length = 0;
  const Cipher cipher(EVP_CIPHER_CTX_new());
  const bool ok = cipher && EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), raw(*bytes)) == 1 &&
                  EVP_DecryptUpdate(cipher.get(), nullptr, &length, raw(about), static_cast<int>(about.size())) == 1 &&
                  EVP_DecryptUpdate(cipher.get(), raw(plain), &length, raw(body), static_cast<int>(body.size())) == 1 &&
                  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
                  EVP_DecryptFinal_ex(cipher.get(), raw(plain) + length, &length) == 1;
  if (!ok) return std::nullopt;
  return plain;
}

std::string Secrets::sign(std::string_view purpose, std::string_view text) const {
  const Key key = derived("sign/" + std::string(purpose));
  std::string out(kKeyBytes, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(text), text.size(), raw(out), &length);
  return base64url(out);
}

bool Secrets::verify(std::string_view purpose, std::string_view text, std::string_view signature) const {
  const std::string good = sign(purpose, text);
  return signature.size() == good.size() && sodium_memcmp(good.data(), signature.data(), good.size()) == 0;
}

namespace {
constexpr std::string_view kHexDigits = "0123456789abcdef";
}  // namespace

std::string to_hex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15]);
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view untrusted_hex) {
  if (untrusted_hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (size_t i = 0; i < untrusted_hex.size(); i += 2) {
    const size_t high = kHexDigits.find(untrusted_hex[i]), low = kHexDigits.find(untrusted_hex[i + 1]);
    if (high == kHexDigits.npos || low == kHexDigits.npos) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::string random_token() { return base64url(random_bytes(kKeyBytes)); }

std::string token_hash(std::string_view token) { return sanitize::sha256_hex(token); }

}  // namespace mugai::gateway
