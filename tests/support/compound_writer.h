// Writes small OLE compound files (MS-CFB), so that the tests of what reads them need no files from elsewhere. Storages are
// named by paths with '/'. Siblings form a list, which is a legal if lopsided tree.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mugai::test {

std::string utf16(std::u16string_view text);
std::string le16(uint32_t value);
std::string le32(uint32_t value);
std::string le64(uint64_t value);

class CompoundWriter {
 public:
  void stream(const std::string& path, std::string bytes) { streams_[path] = std::move(bytes); }
  std::string bytes() const;

 private:
  struct Node {
    std::string name;
    bool storage = true;
    std::string content;
    std::map<std::string, size_t> children;
  };
  std::map<std::string, std::string> streams_;
};

}  // namespace mugai::test
