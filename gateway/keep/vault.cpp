#include "gateway/keep/vault.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <set>
#include <vector>

#include "gateway/file.h"
#include "gateway/spool/spool_file.h"

namespace mugai::gateway {

namespace fs = std::filesystem;

namespace {

// File: magic, the number of its key, 8 random bytes, then chunks of up to 64 KiB plaintext, each followed by its 16-byte tag. A chunk's nonce
// is the file's 8 random bytes and the chunk's number; all files share a key, so the random bytes must differ: among
// 2^20 files two are alike with a chance of 2^-25. Associated data: the id, and whether the chunk is the last, so that a
// file can be neither renamed nor cut.
constexpr std::string_view kMagic = "MUGAIV2\n", kFirstMagic = "MUGAIV1\n";
constexpr size_t kNumberBytes = 4;
constexpr size_t kSaltBytes = 8, kTagBytes = 16, kNonceBytes = 12;
constexpr size_t kChunkBytes = 64 << 10;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string big_endian(uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>((number >> shift) & 0xFF));
  return out;
}

uint32_t number_from(std::string_view big_endian) {
  uint32_t number = 0;
  for (const char c : big_endian.substr(0, kNumberBytes)) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

std::string nonce_of(std::string_view salt, uint32_t chunk) { return std::string(salt) + big_endian(chunk); }

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

}  // namespace

Result<std::unique_ptr<Vault>> Vault::open(const std::string& directory) {
  std::error_code failure;
  fs::create_directories(directory, failure);
  ::chmod(directory.c_str(), 0700);
  std::unique_ptr<Vault> vault(new Vault(directory));
  if (!fs::exists(vault->key_path(0)) && !fs::exists(vault->key_path(1)))
    if (const Status made = vault->make_key(0); !made) return made.error();
  if (const Status read = vault->read_keys(); !read) return read.error();
  return vault;
}

std::string Vault::key_path(uint32_t number) const {
  return directory_ + "/key" + (number == 0 ? "" : "-" + std::to_string(number));
}

// Two that make the same key at once get the same one: the first's.
Status Vault::make_key(uint32_t number) const {
  const Error failed{"vault.key", "cannot make a key for the vault in " + directory_, ""};
  Key key{};
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1) return failed;
  const Bytes bytes(reinterpret_cast<const char*>(key.data()), key.size());
  const std::string temporary = directory_ + "/.key-" + std::to_string(::getpid());
  const Fd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const bool written = file && write_all(file.get(), bytes) && ::fdatasync(file.get()) == 0;
  const bool linked = written && (::link(temporary.c_str(), key_path(number).c_str()) == 0 || errno == EEXIST);
  ::unlink(temporary.c_str());
  if (!linked || !sync_directory(directory_)) return failed;
  return Ok{};
}

Status Vault::read_keys() const {
  std::map<uint32_t, Key> found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(directory_, failure)) {
    const std::string name = entry.path().filename().string();
    uint32_t number = 0;
    if (name != "key") {
      const char* end = name.data() + name.size();
      if (!name.starts_with("key-") || std::from_chars(name.data() + 4, end, number).ptr != end || number == 0) continue;
    }
    Result<std::string> stored = read_file(entry.path().string(), 1024);
    if (!stored) return stored.error();
    Key key{};
    if (stored->size() != key.size()) return Error{"vault.key", "the vault's key " + entry.path().string() + " is damaged", ""};
    std::copy(stored->begin(), stored->end(), key.begin());
    found.emplace(number, key);
  }
  if (found.empty()) return Error{"vault.key", "the vault has no key in " + directory_, failure.message()};
  const std::lock_guard lock(mutex_);
  keys_ = std::move(found);
  return Ok{};
}

std::optional<Vault::Key> Vault::key(uint32_t number) const {
  for (const bool again : {false, true}) {
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = keys_.find(number); found != keys_.end()) return found->second;
    }
    if (again || !read_keys()) break;   // somebody else may have made it
  }
  return std::nullopt;
}

std::pair<uint32_t, Vault::Key> Vault::newest_key() const {
  const auto newest = [this] {
    const std::lock_guard lock(mutex_);
    return *keys_.rbegin();
  };
  std::pair<uint32_t, Key> key = newest();
  if (::access(key_path(key.first + 1).c_str(), F_OK) == 0 && read_keys()) key = newest();
  return key;
}

std::optional<uint32_t> Vault::key_of(const std::string& id) const {
  const Fd file(::open(path(id).c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, kMagic.size() + kNumberBytes> start{};
  const ssize_t got = file ? ::read(file.get(), start.data(), start.size()) : -1;
  const std::string_view head(start.data(), got < 0 ? 0 : static_cast<size_t>(got));
  if (head.starts_with(kFirstMagic)) return 0;
  if (!head.starts_with(kMagic) || head.size() < start.size()) return std::nullopt;
  return number_from(head.substr(kMagic.size()));
}

Status Vault::rotate(const std::function<void(size_t, size_t)>& progress) const {
  const uint32_t fresh = newest_key().first + 1;
  if (const Status made = make_key(fresh); !made) return made;
  if (const Status read = read_keys(); !read) return read;
  std::vector<std::string> ids;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(directory_, failure))
    if (std::string name = entry.path().filename().string(); is_valid_id(name)) ids.push_back(std::move(name));
  if (failure) return Error{"vault.read", "cannot read the vault in " + directory_, failure.message()};
  for (size_t done = 0; done < ids.size(); ++done) {
    const std::string& id = ids[done];
    if (const std::optional<uint32_t> number = key_of(id); number && *number < fresh) {
      struct stat before {};
      StringSink plain;
      if (::stat(path(id).c_str(), &before) != 0) continue;   // expired meanwhile
      if (const Status loaded = load(id, plain); !loaded) return loaded;
      if (const Status stored = store(id, plain.text); !stored) return stored;
      // Its age is that of what is in it.
      const std::array<timespec, 2> times{before.st_atim, before.st_mtim};
      ::utimensat(AT_FDCWD, path(id).c_str(), times.data(), 0);
    }
    progress(done + 1, ids.size());
  }
  return Ok{};
}

size_t Vault::retire_keys(int64_t older_than_s, int64_t now_ms) const {
  std::map<uint32_t, Key> keys;
  {
    const std::lock_guard lock(mutex_);
    keys = keys_;
  }
  if (keys.size() < 2) return 0;
  std::set<uint32_t> used;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(directory_, failure))
    if (const std::string name = entry.path().filename().string(); is_valid_id(name))
      if (const std::optional<uint32_t> number = key_of(name)) used.insert(*number);
  if (failure) return 0;
  size_t retired = 0;
  for (auto one = keys.begin(); std::next(one) != keys.end(); ++one) {
    struct stat successor {};
    if (used.count(one->first) || ::stat(key_path(std::next(one)->first).c_str(), &successor) != 0) continue;
    if (successor.st_mtim.tv_sec > now_ms / 1000 - older_than_s) continue;
    if (::unlink(key_path(one->first).c_str()) == 0) ++retired;
  }
  if (retired > 0) [[maybe_unused]] const Status read = read_keys();
  return retired;
}

Status Vault::store(const std::string& id, Bytes content) const {
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
  const auto [number, key] = newest_key();
  bool ok = sink.write(kMagic) && sink.write(big_endian(number)) && sink.write(salt_view);
  uint32_t chunk = 0;
  do {
    const Bytes plain = content.substr(0, kChunkBytes);
    content.remove_prefix(plain.size());
    std::string sealed;
    ok = ok && seal(cipher.get(), key.data(), nonce_of(salt_view, chunk++), associated(id, content.empty()), plain, sealed) &&
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
  const bool first = bytes.starts_with(kFirstMagic);   // without a number: the first key
  const size_t head = kMagic.size() + (first ? 0 : kNumberBytes);
  if (bytes.size() < head + kSaltBytes + kTagBytes || (!first && !bytes.starts_with(kMagic))) return damaged;
  const std::optional<Key> key = this->key(first ? 0 : number_from(bytes.substr(kMagic.size())));
  if (!key) return Error{"vault.key", "the key of what the vault keeps under " + id + " is gone", ""};
  const Bytes salt = bytes.substr(head, kSaltBytes);
  bytes.remove_prefix(head + kSaltBytes);
  const Cipher cipher(EVP_CIPHER_CTX_new());
  if (!cipher) return Error{"vault.crypto", "cannot decrypt", ""};
  std::string plain;
  for (uint32_t chunk = 0; !bytes.empty(); ++chunk) {
    const Bytes sealed = bytes.substr(0, kChunkBytes + kTagBytes);
    bytes.remove_prefix(sealed.size());
    if (sealed.size() < kTagBytes ||
        !unseal(cipher.get(), key->data(), nonce_of(salt, chunk), associated(id, bytes.empty()), sealed, plain))
      return damaged;
    if (!out.write(plain)) return Error{"vault.read", "cannot pass on what the vault keeps", ""};
  }
  return Ok{};
}

Status Vault::remove(const std::string& id) const {
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
