// Where a ZIP's directory lies, said by its end records (APPNOTE 4.3.14-16). Every reader looks for them from the end of the
// file; here only what all of them find is accepted. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct ZipEnd {
  std::string trouble;          // "damaged-archive", "split-archive", "ambiguous-archive"; else all below holds
  uint64_t base = 0;            // what offsets in the directory count from: the bytes before the ZIP
  uint64_t directory = 0, directory_size = 0;   // in the file
  uint64_t members = 0;
  uint64_t comment = 0, trailing = 0;           // bytes of each
  uint64_t end = 0;             // where the end records begin
};

ZipEnd find_zip_end(Bytes untrusted);

}  // namespace mugai::sanitize
