// Reads an OLE compound file (MS-CFB): storages, and streams by name, in place and with a bound on everything. It trusts
// no number in the file: a chain that leaves the file, loops or ends early makes its stream damaged, never short, and a
// directory entry is met once. What all reads together give is never more than the file has, so that streams that share
// sectors expand to nothing. It never writes. One thread; the bytes belong to the caller and outlive it.
// Why not libgsf: its reader of this very format had integer overflows that ran foreign code (CVE-2024-36474,
// CVE-2024-42415), it copies what it reads, and a reader is the smaller half of what is needed to write such files anew.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

class CompoundFile {
 public:
  using Id = uint32_t;  // of a directory entry
  static constexpr Id kRoot = 0;
  static constexpr Id kNone = 0xffffffff;

  struct Entry {
    std::string name;  // UTF-8
    bool is_storage = false;
    uint64_t size = 0;         // of a stream, as it says
    std::vector<Id> children;  // of a storage, in the order of the file's tree
    uint32_t first_sector = 0;
    Id left = kNone, right = kNone, child = kNone;
    std::string class_id;  // 16 raw bytes
  };

  // Null when the bytes are no compound file or its directory cannot be read.
  static std::unique_ptr<CompoundFile> open(Bytes untrusted_bytes);

  const Entry& entry(Id id) const { return entries_[id]; }
  Id find(Id storage, std::string_view name) const;  // ASCII case does not matter (MS-CFB §2.6.4); kNone: no such

  enum class Read { complete, damaged, sink_failed };
  [[nodiscard]] Read read(Id stream, Sink& out);

  // At most so many bytes of a stream that stands in the root: of a damaged one what can be read, empty without one.
  std::string beginning(std::string_view name, size_t most);

 private:
  explicit CompoundFile(Bytes bytes) : bytes_(bytes), left_to_read_(bytes.size()) {}
  bool load();
  bool load_fat();
  bool load_directory();
  void add_entry(Bytes raw);
  void find_children();
  bool follow(uint32_t first, std::vector<uint32_t>& sectors) const;
  Bytes sector(uint32_t number) const;

  Bytes bytes_;
  uint64_t left_to_read_;
  size_t sector_size_ = 512;
  std::vector<uint32_t> fat_, mini_fat_;  // the next sector of each
  std::vector<uint32_t> mini_sectors_;    // where the stream of small streams lies
  std::vector<Entry> entries_;
};

}  // namespace mugai::sanitize
