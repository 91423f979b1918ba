// links: sanitizers
// What the audit accepts lies inside of the file, does not overlap, and is read back the same by the simple reader that
// identification uses.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "sanitizers/detect/zip_directory.h"
#include "sanitizers/formats/zip_audit.h"

using namespace mugai::sanitize;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const mugai::Bytes bytes(reinterpret_cast<const char*>(data), size);
  const ZipAudit audit = audit_zip(bytes, 1'000);
  if (!audit.trouble.empty()) return 0;
  require(audit.entries.size() <= 1'000);
  const ZipDirectory directory = read_zip_directory(bytes);
  require(directory.found && directory.names.size() == audit.entries.size());
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  for (size_t i = 0; i < audit.entries.size(); ++i) {
    const ZipEntry& entry = audit.entries[i];
    require(entry.raw_name == directory.names[i]);
    if (!entry.trouble.empty()) continue;
    require(entry.header_offset < entry.data_offset && entry.data_offset <= size &&
            entry.packed_size <= size - entry.data_offset);
    ranges.emplace_back(entry.header_offset, entry.data_offset + entry.packed_size);
  }
  std::sort(ranges.begin(), ranges.end());
  for (size_t i = 1; i < ranges.size(); ++i) require(ranges[i - 1].second <= ranges[i].first);
  return 0;
}
