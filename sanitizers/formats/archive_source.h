// An archive as the sanitizer sees it: its members, all known before the first is unpacked, and their content in order. One
// source per kind of reader: ZIP by its audited directory, all others as the stream that libarchive makes of them. Borrows
// the bytes. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sanitizers/format.h"
#include "sanitizers/formats/archive_handle.h"
#include "sanitizers/formats/zip_time.h"

namespace mugai::sanitize {

struct ArchiveMember {
  enum class Kind { file, folder, link, special };
  Kind kind = Kind::file;
  std::string name;       // UTF-8, untrusted, '/' or '\' between folders; empty when there is none
  bool has_name = true;   // as bytes that could be decoded
  uint64_t size = 0;
  ZipTime time;
  bool encrypted = false;
  std::string trouble;    // why it is held unread; the id of a reason
};

class ArchiveSource {
 public:
  using Read = ArchiveHandle::Read;
  virtual ~ArchiveSource() = default;

  // Of the archive as a whole: not empty when nothing of it may be read. "encrypted" means that a password is missing.
  std::string trouble;
  std::vector<Removed> removed;
  std::vector<ArchiveMember> members;
  uint64_t surveyed_bytes = 0;   // unpacked to know all this

  // The same content where it lies already, when it does; else false.
  virtual bool view(size_t, Bytes&) { return false; }
  // The content of members[index], which is a file without trouble. Called with growing indexes.
  virtual Read read(size_t index, Sink& out) = 0;
};

struct ArchiveLimits {
  uint32_t members;
  uint64_t bytes;   // of all members together
};

std::unique_ptr<ArchiveSource> open_zip(Bytes untrusted, const ArchiveLimits& limits,
                                        std::span<const std::string> passwords);
std::unique_ptr<ArchiveSource> open_stream(Bytes untrusted, const Type& type, const ArchiveLimits& limits);

}  // namespace mugai::sanitize
