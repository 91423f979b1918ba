#include "gateway/keep/vault.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "gateway/file.h"
#include "gateway/spool/spool_file.h"

namespace mugai::gateway {

namespace fs = std::filesystem;

namespace {

// File: magic, 8 random bytes, then chunks of up to 64 KiB plaintext, each followed by its 16-byte tag. A chunk's nonce
// is the file's 8 random bytes and the chunk's number; all files share one key, so the random bytes must differ: among
// 2^20 files two are alike with a chance of 2^-25. Associated data: the id, and whether the chunk is the last, so that a
// file can be neither renamed nor cut.
constexpr std::string_view kMagic = "MUGAIV1\n";
constexpr size_t kSaltBytes = 8, kTagBytes = 16, kNonceBytes = 12;
constexpr size_t kChunkBytes = 64 << 10;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string nonce_of(std::string_view salt, uint32_t chunk) {
  std::string nonce(salt);
  for (int shift = 24; shift >= 0; shift -= 8) nonce.push_back(static_cast<char>((chunk >> shift) & 0xFF));
  return nonce;
}

std::string associated(const std::string& id, bool last) { return id + (last ? "/last" : "/more"); }

bool seal(EVP_CIPHER_CTX* cipher, const unsigned char* key, const std::string& nonce, const std::string& about,
          std::string_view plain, std::string& out) {
  int length = 0;
  std::string sealed(plain.size() + kTagBytes, '\0');
  const bool ok = EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nullptr, key, raw(nonce)) == 1 &&
                  EVP_EncryptUpdate(cipher, nullptr, &length, raw(about), static_cast<int>(about.size())) == 1 &&
                  EVP_EncryptUpdate(cipher, raw(sealed), &length, raw(plain), static_cast<int>(plain.size())) == 1 &&
                  EVP_EncryptFinal_ex(cipher, raw(sealed) + length, &length) == 1 &&
                  EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, kTagBytes, raw(sealed) + plain.size()) == 1;
  if (ok) out += sealed;
  return ok;
}

bool unseal(EVP_CIPHER_CTX* cipher, const unsigned char* key, const std::string& nonce, const std::string& about,
            std::string_view sealed, std::string& plain) {
  int length = 0;
  const std::string_view body = sealed.substr(0, sealed.size() - kTagBytes);
  std::string tag(sealed.substr(body.size()));
  plain.assign(body.size(), '\0');
  return EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nullptr, key, raw(nonce)) == 1 &&
         EVP_DecryptUpdate(cipher, nullptr, &length, raw(about), static_cast<int>(about.size())) == 1 &&
         EVP_DecryptUpdate(cipher, raw(plain), &length, raw(body), static_cast<int>(body.size())) == 1 &&
         EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
         EVP_DecryptFinal_ex(cipher, raw(plain) + length, &length) == 1;
}

bool sync_directory(const std::string& directory) {
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd && ::fsync(fd.get()) == 0;
}

Status write_durably(const std::string& directory, const std::string& name, Bytes bytes) {
  const std::string temporary = directory + "/." + name;
  const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file || !write_all(file.get(), bytes) || ::fdatasync(file.get()) != 0 ||
      ::rename(temporary.c_str(), (directory + "/" + name).c_str()) != 0 || !sync_directory(directory))
    return io_error("vault.write", "cannot write to the vault in " + directory);
  return Ok{};
}

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(const std::string& directory) {
  std::error_code failure;
  fs::create_directories(directory, failure);
  ::chmod(directory.c_str(), 0700);
  Key key{};
  Result<std::string> stored = read_file(directory + "/key", 1024);
  if (!stored) {
    if (fs::exists(directory + "/key")) return stored.error();
    if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
      return Error{"vault.key", "cannot make a key for the vault", ""};
    const Bytes bytes(reinterpret_cast<const char*>(key.data()), key.size());
    if (const Status written = write_durably(directory, "key", bytes); !written) return written.error();
  } else if (stored->size() != key.size()) {
    return Error{"vault.key", "the vault's key " + directory + "/key is damaged", ""};
  } else {
    std::copy(stored->begin(), stored->end(), key.begin());
  }
  return std::unique_ptr<Vault>(new Vault(directory, key));
}

Status Vault::store(const std::string& id, Bytes content) {
  if (!is_valid_id(id)) return Error{"vault.id", "not an id: " + id, ""};
  std::array<unsigned char, kSaltBytes> salt{};
  const Cipher cipher(EVP_CIPHER_CTX_new());
  if (!cipher || RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1)
    return Error{"vault.crypto", "cannot encrypt", ""};
  const std::string_view salt_view(reinterpret_cast<const char*>(salt.data()), salt.size());
  const std::string temporary = directory_ + "/." + id;
  const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return io_error("vault.write", "cannot write to the vault");
  FdSink sink(file.get());
  bool ok = sink.write(kMagic) && sink.write(salt_view);
  uint32_t chunk = 0;
  do {
    const Bytes plain = content.substr(0, kChunkBytes);
    content.remove_prefix(plain.size());
    std::string sealed;
    ok = ok && seal(cipher.get(), key_.data(), nonce_of(salt_view, chunk++), associated(id, content.empty()), plain, sealed) &&
         sink.write(sealed);
  } while (ok && !content.empty());
  if (!ok || !sink.flush() || ::fdatasync(file.get()) != 0 || ::rename(temporary.c_str(), path(id).c_str()) != 0 ||
      !sync_directory(directory_)) {
    Error error = io_error("vault.write", "cannot write to the vault");
    ::unlink(temporary.c_str());
    return error;
  }
  return Ok{};
}

Status Vault::load(const std::string& id, Sink& out) const {
  if (!is_valid_id(id)) return Error{"vault.id", "not an id: " + id, ""};
  const Fd file(::open(path(id).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return io_error("vault.read", "the vault has nothing under " + id);
  Result<Mapping> mapping = Mapping::of(file.get());
  if (!mapping) return mapping.error();
  Bytes bytes = mapping->bytes();
  const Error damaged{"vault.damaged", "what the vault keeps under " + id + " is damaged", ""};
  if (bytes.size() < kMagic.size() + kSaltBytes + kTagBytes || !bytes.starts_with(kMagic)) return damaged;
  const Bytes salt = bytes.substr(kMagic.size(), kSaltBytes);
  bytes.remove_prefix(kMagic.size() + kSaltBytes);
  const Cipher cipher(EVP_CIPHER_CTX_new());
  if (!cipher) return Error{"vault.crypto", "cannot decrypt", ""};
  std::string plain;
  for (uint32_t chunk = 0; !bytes.empty(); ++chunk) {
    const Bytes sealed = bytes.substr(0, kChunkBytes + kTagBytes);
    bytes.remove_prefix(sealed.size());
    if (sealed.size() < kTagBytes ||
        !unseal(cipher.get(), key_.data(), nonce_of(salt, chunk), associated(id, bytes.empty()), sealed, plain))
      return damaged;
    if (!out.write(plain)) return Error{"vault.read", "cannot pass on what the vault keeps", ""};
  }
  return Ok{};
}

Status Vault::remove(const std::string& id) {
  if (!is_valid_id(id)) return Error{"vault.id", "not an id: " + id, ""};
  if (::unlink(path(id).c_str()) != 0 && errno != ENOENT) return io_error("vault.remove", "cannot remove " + id);
  return Ok{};
}

size_t Vault::expire(uint32_t days, int64_t now_ms) {
  if (days == 0) return 0;
  size_t removed = 0;
  const int64_t oldest_s = now_ms / 1000 - static_cast<int64_t>(days) * 86'400;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(directory_, failure)) {
    struct stat status {};
    if (!is_valid_id(entry.path().filename().string()) || ::stat(entry.path().c_str(), &status) != 0) continue;
    if (status.st_mtim.tv_sec < oldest_s && ::unlink(entry.path().c_str()) == 0) ++removed;
  }
  return removed;
}

uint64_t Vault::bytes_used() const {
  uint64_t total = 0;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(directory_, failure)) {
    const uint64_t size = entry.file_size(failure);
    if (!failure) total += size;
  }
  return total;
}

}  // namespace mugai::gateway
