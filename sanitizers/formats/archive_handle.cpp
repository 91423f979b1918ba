#include "sanitizers/formats/archive_handle.h"

#include <archive.h>
#include <archive_entry.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <vector>

namespace mugai::sanitize {

// Several pieces as one file, for libarchive's callbacks.
struct ArchiveHandle::Source {
  explicit Source(std::span<const Bytes> of) : pieces(of.begin(), of.end()) {
    for (const Bytes piece : pieces) size += piece.size();
  }

  Bytes rest() const {
    uint64_t start = 0;
    for (const Bytes piece : pieces) {
      if (at < start + piece.size()) return piece.substr(at - start);
      start += piece.size();
    }
    return {};
  }

  static la_ssize_t read(archive*, void* self, const void** buffer) {
    auto& source = *static_cast<Source*>(self);
    const Bytes bytes = source.rest();
    *buffer = bytes.data();
    source.at += bytes.size();
    return static_cast<la_ssize_t>(bytes.size());
  }
  static la_int64_t skip(archive*, void* self, la_int64_t request) {
    auto& source = *static_cast<Source*>(self);
    const uint64_t step = std::min<uint64_t>(request > 0 ? static_cast<uint64_t>(request) : 0, source.size - source.at);
    source.at += step;
    return static_cast<la_int64_t>(step);
  }
  static la_int64_t seek(archive*, void* self, la_int64_t offset, int whence) {
    auto& source = *static_cast<Source*>(self);
    const int64_t from = whence == SEEK_SET ? 0 : static_cast<int64_t>(whence == SEEK_CUR ? source.at : source.size);
    const auto end = static_cast<int64_t>(source.size);
    if (offset > end - from) offset = end - from;
    source.at = static_cast<uint64_t>(std::max<int64_t>(from + offset, 0));
    return static_cast<la_int64_t>(source.at);
  }

  std::vector<Bytes> pieces;
  uint64_t size = 0, at = 0;
};

namespace {

bool all_ok(std::initializer_list<int> results) {
  return std::all_of(results.begin(), results.end(), [](int result) { return result == ARCHIVE_OK; });
}

// Exactly one unpacking, without libarchive looking for further ones inside: what a packed file holds is looked at by us.
bool unpack_one(archive* handle, int filter) {
  return all_ok({archive_read_support_format_raw(handle), archive_read_support_format_empty(handle),
                 archive_read_append_filter(handle, filter)});
}

bool support(archive* handle, std::string_view kind) {
  if (kind == "zip") return all_ok({archive_read_support_format_zip_seekable(handle)});
  if (kind == "7z") return all_ok({archive_read_support_format_7zip(handle)});
  if (kind == "rar") return all_ok({archive_read_support_format_rar(handle), archive_read_support_format_rar5(handle)});
  if (kind == "lzh") return all_ok({archive_read_support_format_lha(handle)});
  if (kind == "cab") return all_ok({archive_read_support_format_cab(handle)});
  if (kind == "cpio") return all_ok({archive_read_support_format_cpio(handle)});
  if (kind == "tar") return all_ok({archive_read_support_format_tar(handle)});
  if (kind == "bz2") return unpack_one(handle, ARCHIVE_FILTER_BZIP2);
  if (kind == "zst") return unpack_one(handle, ARCHIVE_FILTER_ZSTD);
  return false;
}

}  // namespace

bool init_archives() {
  // Open for as long as the process lives: a table in use is not looked for again.
  static const std::array<iconv_t, 2> tables = {::iconv_open("UTF-8", kLzhCharsets[1]), ::iconv_open("UTF-8", kLzhCharsets[2])};
  const bool have_tables = std::find(tables.begin(), tables.end(), reinterpret_cast<iconv_t>(-1)) == tables.end();
  return std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr && have_tables;
}

ArchiveHandle::ArchiveHandle() = default;
ArchiveHandle::~ArchiveHandle() {
  if (handle_) archive_read_free(handle_);
}

bool ArchiveHandle::open(std::string_view kind, std::span<const Bytes> pieces, const std::string& password,
                         std::string_view charset) {
  if (handle_) archive_read_free(handle_);
  entry_ = nullptr;
  may_encrypt_ = false;
  handle_ = archive_read_new();
  source_ = std::make_unique<Source>(pieces);
  if (!handle_ || !support(handle_, kind)) return false;
  if (!password.empty() && archive_read_add_passphrase(handle_, password.c_str()) != ARCHIVE_OK) return false;
  if (!charset.empty() && archive_read_set_options(handle_, ("hdrcharset=" + std::string(charset)).c_str()) != ARCHIVE_OK)
    return false;
  const bool opened = all_ok({archive_read_set_read_callback(handle_, Source::read),
                              archive_read_set_skip_callback(handle_, Source::skip),
                              archive_read_set_seek_callback(handle_, Source::seek),
                              archive_read_set_callback_data(handle_, source_.get())}) &&
                      archive_read_open1(handle_) == ARCHIVE_OK;
  may_encrypt_ = opened && (kind == "zip" || kind == "7z" || kind == "rar");
  return opened;
}

ArchiveHandle::Step ArchiveHandle::next() {
  entry_ = nullptr;
  const int status = archive_read_next_header(handle_, &entry_);
  if (status == ARCHIVE_EOF) return Step::end;
  // A warning about a header is about a name that has no UTF-8 form, or a time.
  return (status == ARCHIVE_OK || status == ARCHIVE_WARN) && entry_ ? Step::entry : Step::failed;
}

bool ArchiveHandle::error_says(std::string_view words) const {
  const char* text = handle_ ? archive_error_string(handle_) : nullptr;
  return text && std::string_view(text).find(words) != std::string_view::npos;
}

bool ArchiveHandle::speaks_of_encryption() const { return error_says("ncrypt") || error_says("assphrase"); }

bool ArchiveHandle::has_encrypted_header() const {
  // libarchive 3.6.2 calls into nowhere when a format that knows no encryption is asked.
  return handle_ && (speaks_of_encryption() || (may_encrypt_ && archive_read_has_encrypted_entries(handle_) > 0));
}

ArchiveHandle::Read ArchiveHandle::read(uint64_t max_bytes, Sink& out) {
  const bool sized = archive_entry_size_is_set(entry_) != 0;
  const auto said = static_cast<uint64_t>(std::max<int64_t>(archive_entry_size(entry_), 0));
  const auto buffer = std::make_unique<std::array<char, 64 << 10>>();
  uint64_t total = 0;
  for (;;) {
    const la_ssize_t got = archive_read_data(handle_, buffer->data(), buffer->size());
    if (got < 0)
      return speaks_of_encryption()                                   ? Read::encrypted
             : error_says("nsupported") || error_says("not supported") ? Read::unsupported
                                                                       : Read::damaged;
    if (got == 0) break;
    total += static_cast<uint64_t>(got);
    if (total > max_bytes) return Read::too_large;
    if (sized && total > said) return Read::damaged;
    if (!out.write(Bytes(buffer->data(), static_cast<size_t>(got)))) return Read::sink_failed;
  }
  return !sized || total == said ? Read::ok : Read::damaged;
}

}  // namespace mugai::sanitize
