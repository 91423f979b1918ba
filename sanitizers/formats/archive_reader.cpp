#include "sanitizers/formats/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <clocale>
#include <cstring>
#include <memory>

#include "sanitizers/detect/zip_directory.h"
#include "sanitizers/text/charset.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {
namespace {

struct Closer {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
using Archive = std::unique_ptr<archive, Closer>;

// Only the formats of the type that was identified: fewer parsers for a hostile file to choose from.
bool support(archive* handle, std::string_view id) {
  const auto all = [](std::initializer_list<int> results) {
    return std::all_of(results.begin(), results.end(), [](int result) { return result == ARCHIVE_OK; });
  };
  const auto tar = [&] { return archive_read_support_format_tar(handle); };
  if (id == "zip") return all({archive_read_support_format_zip_seekable(handle)});
  if (id == "7z") return all({archive_read_support_format_7zip(handle)});
  if (id == "rar")
    return all({archive_read_support_format_rar(handle), archive_read_support_format_rar5(handle)});
  if (id == "lzh") return all({archive_read_support_format_lha(handle)});
  if (id == "cab") return all({archive_read_support_format_cab(handle)});
  if (id == "cpio") return all({archive_read_support_format_cpio(handle)});
  if (id == "tar") return all({tar()});
  if (id == "gz") return all({tar(), archive_read_support_filter_gzip(handle)});
  if (id == "bz2") return all({tar(), archive_read_support_filter_bzip2(handle)});
  if (id == "xz") return all({tar(), archive_read_support_filter_xz(handle)});
  if (id == "zst") return all({tar(), archive_read_support_filter_zstd(handle)});
  return false;
}

// A compressed file that holds no tar is a file, not a damaged archive.
bool is_single_file(const Type& type) {
  return type.id == "gz" || type.id == "bz2" || type.id == "xz" || type.id == "zst";
}

std::string name_of(archive_entry* entry) {
  const char* raw = archive_entry_pathname(entry);
  if (!raw) raw = archive_entry_pathname_utf8(entry);
  return raw ? scrub_line(decode_short(raw).utf8) : std::string("?");
}

bool speaks_of_encryption(archive* handle) {
  const char* text = archive_error_string(handle);
  return text && (std::strstr(text, "ncrypt") || std::strstr(text, "assphrase"));
}

}  // namespace

bool init_archives() {
  return std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
}

ArchiveListing list_archive(Bytes bytes, const Type& type, uint32_t max_members, uint64_t max_bytes) {
  ArchiveListing listing;
  listing.encrypted = type.id == "zip" && read_zip_directory(bytes).encrypted;
  const Archive handle(archive_read_new());
  if (!handle || !support(handle.get(), type.id) ||
      archive_read_open_memory(handle.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    listing.damaged = !is_single_file(type);
    return listing;
  }
  uint64_t total = 0;
  for (;;) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(handle.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status == ARCHIVE_FATAL || status == ARCHIVE_FAILED || status == ARCHIVE_RETRY || !entry) {
      listing.damaged = true;
      break;
    }
    ArchiveListing::Member member;
    member.name = name_of(entry);
    member.size = static_cast<uint64_t>(std::max<int64_t>(archive_entry_size(entry), 0));
    member.encrypted = archive_entry_is_encrypted(entry) != 0;
    listing.encrypted |= member.encrypted;
    listing.members.push_back(std::move(member));
    // Solid and compressed archives unpack a member to step over it; so the step is not taken when it would
    // be too far.
    total += std::min(listing.members.back().size, max_bytes);
    listing.over_limit = listing.members.size() > max_members || total >= max_bytes;
    if (listing.over_limit) break;
  }
  if (is_single_file(type) && listing.members.empty()) listing.damaged = false;
  listing.encrypted |=
      archive_read_has_encrypted_entries(handle.get()) > 0 || speaks_of_encryption(handle.get());
  return listing;
}

}  // namespace mugai::sanitize
