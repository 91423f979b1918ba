// The parts of a document that is a ZIP inside: its directory read strictly, every part known by a key that is what readers
// take for the same name, sizes taken from the budget before anything is unpacked. Nothing is written. Borrows the bytes.
// One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sanitizers/format.h"
#include "sanitizers/formats/archive_source.h"

namespace mugai::sanitize {

class ZipParts {
 public:
  using KeyOf = std::string (*)(std::string_view untrusted_name);
  static constexpr uint64_t kSmallBytes = 16 << 20;   // may always come out, however well it was packed: text packs well

  // Empty: usable. Else the reason that the file is held for.
  std::string open(Bytes untrusted, const Limits& limits, Budget& budget, KeyOf key_of);

  bool has(const std::string& key) const { return index_.contains(key); }
  uint64_t size(const std::string& key) const;   // 0 when there is none
  // "damaged-document", "expands-too-much", "workspace" or empty.
  std::string read(const std::string& key, Blob& out);

  std::vector<std::string> keys() const;
  const std::vector<Removed>& removed() const { return source_->removed; }

 private:
  std::unique_ptr<ArchiveSource> source_;
  std::map<std::string, size_t> index_;
};

}  // namespace mugai::sanitize
