// The adapter around libarchive's reader: one handle on bytes in memory that knows only the formats of one type, so that a
// hostile file has few parsers to choose from. Needs init_archives() once in the process. Owns the handle, borrows the bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "config/base/bytes.h"

struct archive;
struct archive_entry;

namespace mugai::sanitize {

// Before a worker is caged: names in archives are converted by way of the process's locale and of iconv's tables, which are
// files.
bool init_archives();

// What the names of an LZH may be in: UTF-8 or ASCII, else what Windows wrote, else what Unix wrote.
inline constexpr const char* kLzhCharsets[] = {"", "CP932", "EUC-JP"};

class ArchiveHandle {
 public:
  enum class Step { entry, end, failed };
  enum class Read { ok, damaged, unsupported, encrypted, too_large, sink_failed };

  ArchiveHandle();
  ~ArchiveHandle();
  ArchiveHandle(const ArchiveHandle&) = delete;
  ArchiveHandle& operator=(const ArchiveHandle&) = delete;

  // `kind`: "zip", "7z", "rar", "lzh", "cab", "cpio", "tar"; or "bz2", "zst" for what is packed in one of these.
  // The pieces are read as if they were one file. False: it is not of that kind.
  // `charset`: of the names, where libarchive cannot give them undecoded (LZH); empty: as they are.
  [[nodiscard]] bool open(std::string_view kind, std::span<const Bytes> pieces, const std::string& password = {},
                          std::string_view charset = {});

  // To the next member, by its header; entry() is then valid until the next call.
  Step next();
  archive_entry* entry() const { return entry_; }
  bool has_encrypted_header() const;   // asked when open() or next() failed

  // The content of the member at hand, at most `max_bytes`. Ok only when it is whole: the size is what the header said and
  // libarchive had nothing to complain about.
  Read read(uint64_t max_bytes, Sink& out);

 private:
  bool error_says(std::string_view words) const;
  bool speaks_of_encryption() const;   // the last failure
  struct Source;
  std::unique_ptr<Source> source_;
  archive* handle_ = nullptr;
  archive_entry* entry_ = nullptr;
  bool may_encrypt_ = false;
};

}  // namespace mugai::sanitize
