// Reads directories of a TIFF (TIFF 6.0, section 2), which is also the form of EXIF. Believes no offset and
// follows none by itself. Pure; every read is bounds-checked.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct TiffEntry {
  uint16_t tag = 0, type = 0;
  uint32_t count = 0;
  size_t at = 0;  // of the first value
};

class TiffReader {
 public:
  explicit TiffReader(Bytes tiff) : bytes_(tiff), little_(byte_at(tiff, 0) == 'I') {}

  bool is_classic() const { return u16(2) == 42; }
  uint32_t first_directory() const { return u32(4); }

  struct Directory {
    std::vector<TiffEntry> entries;
    uint32_t next = 0;
    const TiffEntry* find(uint16_t tag) const;
  };
  // Empty when it does not lie inside of the file. Takes at most 4,096 entries.
  std::optional<Directory> directory(uint32_t offset) const;

  // Of SHORT, LONG and BYTE; 0 for a value that is not there.
  uint32_t value(const Directory& directory, uint16_t tag, uint32_t missing = 0) const;
  uint32_t value_at(const TiffEntry& entry, uint32_t index) const;
  double rational(const Directory& directory, uint16_t tag) const;

  uint16_t u16(size_t at) const;
  uint32_t u32(size_t at) const;

 private:
  Bytes bytes_;
  bool little_;
};

}  // namespace mugai::sanitize
