// Writes an OLE compound file (MS-CFB, version 3) anew from storages and streams: a fresh container without free space, slack
// or anything else of an old one. Contents are views that must live until write() returns; same input, same bytes. Judges
// nothing. False from write(): the sink failed, or the file would be larger than the format allows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

class CompoundWriter {
 public:
  using Id = uint32_t;
  static constexpr Id kRoot = 0;

  // `class_id`: 16 raw bytes, or empty.
  explicit CompoundWriter(std::string_view class_id = {});
  // Names are UTF-8; beyond 31 UTF-16 units they are cut. Names of one storage must differ.
  Id add_storage(Id parent, std::string_view name, std::string_view class_id = {});
  void add_stream(Id parent, std::string_view name, Bytes content);

  [[nodiscard]] bool write(Sink& out);

 private:
  struct Node {
    std::u16string name;
    bool is_storage = true;
    std::string class_id;
    Bytes content;
    std::vector<Id> children;
    uint32_t first_sector = 0;
    Id right = 0xffffffff, child = 0xffffffff;
  };
  void link_children();
  std::string directory(uint32_t mini_start, uint64_t mini_bytes) const;

  std::vector<Node> nodes_;
};

}  // namespace mugai::sanitize
