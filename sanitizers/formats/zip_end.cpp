#include "sanitizers/formats/zip_end.h"

#include "sanitizers/formats/zip_fields.h"

namespace mugai::sanitize {
namespace {

using namespace zip;

constexpr size_t kMaxComment = 0xffff;

ZipEnd troubled(std::string_view reason) {
  ZipEnd end;
  end.trouble = reason;
  return end;
}

// A volume of a split archive begins with the mark of one, or ends before its directory does.
ZipEnd without_end(Bytes bytes) {
  return troubled(bytes.starts_with(kDescriptor) ? "split-archive" : "damaged-archive");
}

struct Fields {
  uint64_t disk, directory_disk, members_here, members, size, offset;
};

Fields fields_of(Bytes bytes, size_t at) {
  return {u16(bytes, at + 4), u16(bytes, at + 6),  u16(bytes, at + 8),
          u16(bytes, at + 10), u32(bytes, at + 12), u32(bytes, at + 16)};
}

Fields fields64_of(Bytes bytes, size_t at) {
  return {u32(bytes, at + 16), u32(bytes, at + 20), u64(bytes, at + 24),
          u64(bytes, at + 32), u64(bytes, at + 40), u64(bytes, at + 48)};
}

// An earlier record whose comment reaches to the end of the file is the one that another reader would take.
bool is_contested(Bytes bytes, size_t tail, size_t at) {
  for (size_t other = bytes.find(kEnd, tail); other < at; other = bytes.find(kEnd, other + 1))
    if (other + kEndSize + u16(bytes, other + 20) == bytes.size()) return true;
  return false;
}

// Each number stands in both records, or is marked as too large in the old one.
bool agree(const Fields& old, const Fields& large) {
  const auto same = [](uint64_t narrow, uint64_t wide, uint64_t mark) { return narrow == wide || narrow == mark; };
  return same(old.members_here, large.members_here, 0xffff) && same(old.members, large.members, 0xffff) &&
         same(old.size, large.size, kIn64) && same(old.offset, large.offset, kIn64) &&
         same(old.disk, large.disk, 0xffff) && same(old.directory_disk, large.directory_disk, 0xffff);
}

}  // namespace

ZipEnd find_zip_end(Bytes bytes) {
  if (bytes.size() < kEndSize) return without_end(bytes);
  const size_t tail = bytes.size() - std::min(bytes.size(), kEndSize + kMaxComment);
  const size_t found = bytes.substr(tail).rfind(kEnd);
  if (found == Bytes::npos || tail + found + kEndSize > bytes.size()) return without_end(bytes);
  const size_t at = tail + found;

  ZipEnd end;
  end.end = at;
  end.comment = u16(bytes, at + 20);
  const uint64_t behind = bytes.size() - at - kEndSize;
  // A comment that goes on after the file ends: the file was cut, or this record lies inside of another's comment.
  if (end.comment > behind) return troubled("damaged-archive");
  end.trailing = behind - end.comment;
  if (is_contested(bytes, tail, at)) return troubled("ambiguous-archive");
  Fields fields = fields_of(bytes, at);

  // With ZIP64 two records more stand right before, in this order.
  if (at >= kLocator64Size && slice(bytes, at - kLocator64Size, 4) == kLocator64) {
    const size_t locator = at - kLocator64Size;
    if (u32(bytes, locator + 4) != 0 || u32(bytes, locator + 16) > 1) return troubled("split-archive");
    if (locator < kEnd64Size || slice(bytes, locator - kEnd64Size, 4) != kEnd64 ||
        u64(bytes, locator - kEnd64Size + 4) != kEnd64Size - 12)
      return troubled("ambiguous-archive");
    end.end = locator - kEnd64Size;
    const Fields large = fields64_of(bytes, end.end);
    if (!agree(fields, large)) return troubled("ambiguous-archive");
    fields = large;
    const uint64_t said = u64(bytes, locator + 8);
    if (said > end.end) return troubled("damaged-archive");
    end.base = end.end - said;
  }
  if (fields.disk != 0 || fields.directory_disk != 0 || fields.members_here != fields.members)
    return troubled("split-archive");
  if (fields.size > end.end || fields.offset > end.end - fields.size) return troubled("damaged-archive");
  end.members = fields.members;
  end.directory_size = fields.size;
  end.directory = end.end - fields.size;
  const uint64_t base = end.directory - fields.offset;
  if (end.end != at && base != end.base) return troubled("ambiguous-archive");
  end.base = base;
  // Some readers take offsets from the start of the file, others from where the ZIP seems to start. Both must not work.
  if (base != 0 && fields.members != 0 && slice(bytes, fields.offset, 4) == kCentral) return troubled("ambiguous-archive");
  return end;
}

}  // namespace mugai::sanitize
