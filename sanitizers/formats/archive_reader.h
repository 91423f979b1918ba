// The adapter around libarchive: reads the directory of an archive in memory, never the content. One Archive
// per call; a damaged archive ends the list early and says so. Names are UTF-8, one clean line each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

struct ArchiveListing {
  struct Member {
    std::string name;
    uint64_t size = 0;
    bool encrypted = false;
  };
  std::vector<Member> members;
  bool encrypted = false;  // a member is, or the directory itself
  bool damaged = false;
  bool over_limit = false;  // more members or bytes than allowed: the list is not complete
};

// Before a worker is caged: names in archives are converted by way of the process's locale, which is a file.
bool init_archives();

ArchiveListing list_archive(Bytes bytes, const Type& type, uint32_t max_members, uint64_t max_bytes);

}  // namespace mugai::sanitize
