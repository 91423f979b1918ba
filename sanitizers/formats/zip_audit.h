// A strict look at a ZIP before anything is unpacked (APPNOTE.TXT 6.3.10): the end records, the central directory and the
// local headers must say the same, and no byte may belong to two members. Readers that show one thing and unpack another are
// how malware gets past scanners; so whatever readers could disagree about is not guessed but named: `trouble` of a member
// holds that member, `trouble` of the archive holds it whole. Unpacks nothing, keeps views into the input. Pure, linear
// but for sorting. Both troubles are ids of reasons.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "sanitizers/formats/zip_time.h"
#include "sanitizers/report.h"

namespace mugai::sanitize {

struct ZipEntry {
  enum class Kind { file, folder, link, special };
  Kind kind = Kind::file;
  Bytes raw_name;              // of the directory, whatever it is encoded in
  Bytes unicode_name;          // UTF-8, when an extra field gives it and belongs to raw_name; else empty
  bool utf8 = false;           // raw_name is said to be UTF-8
  bool encrypted = false;
  uint16_t flags = 0, method = 0;
  ZipTime time;
  uint32_t crc = 0;
  uint64_t packed_size = 0, size = 0;
  uint64_t header_offset = 0, data_offset = 0;   // in the file
  Bytes aes_extra;             // the body of WinZip's extra field; empty: none
  std::string trouble;
};

struct ZipAudit {
  std::string trouble;
  std::vector<Removed> removed;      // what surrounds the members and is lost: comments, data before and behind
  Bytes prepended;                   // what stands before the first member
  std::vector<ZipEntry> entries;     // in the order of the directory
};

ZipAudit audit_zip(Bytes untrusted, uint32_t max_entries);

}  // namespace mugai::sanitize
