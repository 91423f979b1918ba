// The vault (原本保管): held originals and pieces, each a file of its own, encrypted at rest with AES-256-GCM in chunks
// (keep/FORMAT.md). A file is written under a temporary name, fsync'ed, renamed, and its directory fsync'ed: it is there
// whole or not at all. Reading verifies every chunk; a changed, shortened or exchanged file is an error, never bytes.
// Blocking; any thread; const functions may run at the same time. The key lies in `key` beside the files, readable by
// the gateway's user only.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "config/base/bytes.h"
#include "config/base/result.h"

namespace mugai::gateway {

class Vault {
 public:
  // Makes the directory and a key when there is none.
  static Result<std::unique_ptr<Vault>> open(const std::string& directory);

  // `id` is a message's or an item's id. Storing again under the same id replaces: the content is the same.
  Status store(const std::string& id, Bytes content);
  Status load(const std::string& id, Sink& out) const;
  Status remove(const std::string& id);

  // Removes what is older than `days`; returns how many. 0 days: keep for ever.
  size_t expire(uint32_t days, int64_t now_ms);
  uint64_t bytes_used() const;

 private:
  using Key = std::array<unsigned char, 32>;
  Vault(std::string directory, const Key& key) : directory_(std::move(directory)), key_(key) {}
  std::string path(const std::string& id) const { return directory_ + "/" + id; }

  std::string directory_;
  Key key_;
};

}  // namespace mugai::gateway
