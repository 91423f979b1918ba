// The vault (原本保管): held originals and pieces, each a file of its own, encrypted at rest with AES-256-GCM in chunks
// (keep/FORMAT.md). A file is written under a temporary name, fsync'ed, renamed, and its directory fsync'ed: it is there
// whole or not at all. Reading verifies every chunk; a changed, shortened or exchanged file is an error, never bytes.
// Blocking; any thread, several at once. The keys lie beside the files (`key`, `key-1`, ...), readable by the gateway's user
// only; new files are written under the newest, and each file says which is its. rotate() makes a new one and writes every
// file anew under it, beside a gateway that goes on working: whoever stores looks first whether there is a newer key.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace mugai::gateway {

class Vault {
 public:
  // Makes the directory and a key when there is none.
  static Result<std::unique_ptr<Vault>> open(const std::string& directory);

  // `id` is a message's or an item's id. Storing again under the same id replaces: the content is the same.
  Status store(const std::string& id, Bytes content) const;
  Status load(const std::string& id, Sink& out) const;
  Status remove(const std::string& id) const;

  // `progress` hears how many files of how many are done. A crash leaves both keys and every file readable; the next
  // rotation goes on. Files that are being written meanwhile may still be under the old key, which stays until
  // retire_keys() finds that none is.
  Status rotate(const std::function<void(size_t done, size_t of)>& progress) const;
  // Deletes keys that no file has used since `older_than_s` seconds before now; returns how many.
  size_t retire_keys(int64_t older_than_s, int64_t now_ms) const;

  // Removes what is older than `days`; returns how many. 0 days: keep for ever.
  size_t expire(uint32_t days, int64_t now_ms);
  uint64_t bytes_used() const;

 private:
  using Key = std::array<unsigned char, 32>;
  explicit Vault(std::string directory) : directory_(std::move(directory)) {}
  std::string path(const std::string& id) const { return directory_ + "/" + id; }
  std::string key_path(uint32_t number) const;
  Status make_key(uint32_t number) const;
  Status read_keys() const;
  std::optional<Key> key(uint32_t number) const;
  std::pair<uint32_t, Key> newest_key() const;
  std::optional<uint32_t> key_of(const std::string& id) const;   // of the file; nothing when there is none

  std::string directory_;
  mutable std::mutex mutex_;
  mutable std::map<uint32_t, Key> keys_;   // never empty after open()
};

}  // namespace mugai::gateway
