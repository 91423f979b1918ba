// The names in a ZIP's central directory (APPNOTE 4.3.12), bounded, without unpacking. Also tells whether
// bytes end as a ZIP does, whatever they begin with: that is how a picture becomes an archive. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct ZipDirectory {
  bool found = false;              // an end record that points to a central directory
  bool encrypted = false;          // at least one member is
  std::vector<std::string> names;  // raw bytes
  std::string mimetype;            // content of a stored first member "mimetype" (ODF, EPUB)
  bool has(std::string_view name) const;
  bool has_below(std::string_view prefix) const;
};

ZipDirectory read_zip_directory(Bytes bytes);

}  // namespace mugai::sanitize
