// The names in an OLE compound file (MS-CFB): enough to say what is inside, without trusting the file.
// Follows the FAT with a bound on every chain, so that loops end; reads no stream. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct OleDirectory {
  std::vector<std::string> names;  // UTF-8-ish: UTF-16 units below 0x80 as they are, others as '?'
  std::vector<std::string> own_names;  // of these, what lies in the root storage; none when its tree is broken
  std::string root_class;          // 16 raw bytes of the root entry's CLSID
  bool has(std::string_view name) const;
  bool has_itself(std::string_view name) const;  // not only what is embedded in it
};

bool is_ole(Bytes bytes);
OleDirectory read_ole_directory(Bytes bytes);

}  // namespace mugai::sanitize
