#include "sanitizers/formats/zip_writer.h"

#include <algorithm>
#include <array>

#include "sanitizers/formats/deflate.h"
#include "sanitizers/formats/zip_fields.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

using namespace zip;

constexpr uint16_t kVersion = 20, kVersion64 = 45;   // of the format, that a reader must know
// Info-ZIP takes names from DOS for ones of code page 437, whatever their UTF-8 flag says; so ours come from Unix.
constexpr uint16_t kMadeByUnix = 3 << 8;
constexpr uint32_t kFileAttributes = 0100644u << 16, kFolderAttributes = 040755u << 16 | 0x10;
constexpr size_t kSample = 64 << 10;

// Pictures and documents are packed already, and trying costs as much as packing. Two samples of a large one decide.
bool seems_packed(Bytes content) {
  if (content.size() <= 4 * kSample) return false;
  const auto shrinks = [](Bytes sample) { return deflated_size(sample) < sample.size() - sample.size() / 32; };
  return !shrinks(content.substr(content.size() / 3, kSample)) && !shrinks(content.substr(content.size() / 3 * 2, kSample));
}

uint32_t narrow(uint64_t value) { return static_cast<uint32_t>(std::min<uint64_t>(value, kIn64)); }

}  // namespace

bool ZipWriter::write(Bytes bytes) {
  written_ += bytes.size();
  return out_.write(bytes);
}

// The local header now, its twin in the directory for later.
bool ZipWriter::write_header(const Record& record) {
  if (record.name.size() > 0xffff) return false;
  const uint64_t offset = written_;
  const bool large = record.size >= kIn64 || record.packed_size >= kIn64, distant = offset >= kIn64;
  std::string common;
  put16(common, is_plain_ascii(record.name) ? 0 : kFlagUtf8);
  put16(common, record.method);
  put16(common, record.time.time);
  put16(common, record.time.date);
  put32(common, record.crc);
  put32(common, large ? kIn64 : narrow(record.packed_size));
  put32(common, large ? kIn64 : narrow(record.size));
  put16(common, record.name.size());

  std::string sizes, extra;
  if (large) {
    put64(sizes, record.size);
    put64(sizes, record.packed_size);
    put16(extra, kExtra64);
    put16(extra, sizes.size());
    extra += sizes;
  }
  std::string local(kLocal);
  put16(local, large ? kVersion64 : kVersion);
  local += common;
  put16(local, extra.size());
  local += record.name + extra;

  if (distant) put64(sizes, offset);
  extra.clear();
  if (!sizes.empty()) {
    put16(extra, kExtra64);
    put16(extra, sizes.size());
    extra += sizes;
  }
  directory_ += kCentral;
  put16(directory_, kMadeByUnix | (large || distant ? kVersion64 : kVersion));
  put16(directory_, large || distant ? kVersion64 : kVersion);
  directory_ += common;
  put16(directory_, extra.size());
  put16(directory_, 0);   // comment
  put16(directory_, 0);   // disk
  put16(directory_, 0);   // internal attributes
  put32(directory_, record.folder ? kFolderAttributes : kFileAttributes);
  put32(directory_, distant ? kIn64 : narrow(offset));
  directory_ += record.name + extra;
  ++members_;
  return write(local);
}

bool ZipWriter::add_file(const std::string& name, Bytes content, ZipTime time, Packing packing) {
  Record record{name, time, kStored, crc32_of(content), content.size(), content.size(), false};
  Blob packed(workspace_);
  if (packing == Packing::smallest && !content.empty() && !seems_packed(content)) {
    if (!deflate_to(content, packed) || !packed.finish()) return false;
    if (packed.size() < content.size()) {
      record.method = kDeflated;
      record.packed_size = packed.size();
    }
  }
  return write_header(record) && write(record.method == kDeflated ? packed.bytes() : content);
}

bool ZipWriter::add_folder(const std::string& name, ZipTime time) {
  return write_header({name + "/", time, kStored, 0, 0, 0, true});
}

bool ZipWriter::finish() {
  const uint64_t start = written_, size = directory_.size();
  if (!write(directory_)) return false;
  std::string end;
  if (members_ >= 0xffff || start >= kIn64 || size >= kIn64) {
    const uint64_t end64 = written_;
    end += kEnd64;
    put64(end, kEnd64Size - 12);
    put16(end, kVersion64);
    put16(end, kVersion64);
    put32(end, 0);
    put32(end, 0);
    put64(end, members_);
    put64(end, members_);
    put64(end, size);
    put64(end, start);
    end += kLocator64;
    put32(end, 0);
    put64(end, end64);
    put32(end, 1);
  }
  const uint64_t count = std::min<uint64_t>(members_, 0xffff);
  end += kEnd;
  put32(end, 0);
  put16(end, count);
  put16(end, count);
  put32(end, narrow(size));
  put32(end, narrow(start));
  put16(end, 0);
  return write(end);
}

}  // namespace mugai::sanitize
