// ZIP (PKWARE APPNOTE 6.3): from the first local header to the end record without a gap or an overlap, in the order of the
// central directory, both saying the same; only files and folders, stored or deflated, with sizes and CRC that are true.
#include <zlib.h>

#include <memory>
#include <set>

#include "sanitizers/text/utf8.h"
#include "sanitizers/verify/checks.h"

namespace mugai::sanitize {

namespace {

using namespace std::string_view_literals;

uint16_t u16(Bytes b, size_t at) { return static_cast<uint16_t>(byte_at(b, at) | byte_at(b, at + 1) << 8); }
uint32_t u32(Bytes b, size_t at) { return u16(b, at) | static_cast<uint32_t>(u16(b, at + 2)) << 16; }

struct Entry {
  uint16_t flags = 0, method = 0;
  uint32_t crc = 0;
  size_t packed = 0, size = 0, local = 0;
  std::string name;
};

bool inflate_all(Bytes packed, size_t size, std::string& out) {
  out.clear();
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> owner(&stream, &inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::array<char, 65536> buffer;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    const int status = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
    if (out.size() > size) return false;
    if (status == Z_STREAM_END) return stream.avail_in == 0 && out.size() == size;
    if (status != Z_OK) return false;
  }
}

bool has_clean_path(const std::string& name) {
  for (size_t at = 0; at < name.size();) {
    const CodePoint c = code_point_at(name, at);
    if (c.length == 0 || c.value < 0x20 || c.value == '\\' || c.value == ':') return false;
    at += c.length;
  }
  return !name.empty() && name[0] != '/' && ("/" + name + "/").find("/../") == std::string::npos &&
         name.find("//") == std::string::npos;
}

std::string lower_ascii_of(std::string text) {
  for (char& c : text) c = ascii_lower(c);
  return text;
}

Bytes content_of(Bytes b, const Entry& entry, size_t& end, Objections& found) {
  constexpr size_t kLocal = 30;
  const Bytes name = slice(b, entry.local + kLocal, u16(b, entry.local + 26));
  const bool same = slice(b, entry.local, 4) == "PK\3\4"sv && name == entry.name && u16(b, entry.local + 6) == entry.flags &&
                    u16(b, entry.local + 8) == entry.method && u32(b, entry.local + 14) == entry.crc &&
                    u32(b, entry.local + 18) == entry.packed && u32(b, entry.local + 22) == entry.size;
  if (!same) found.add("ambiguous-archive");
  const size_t start = entry.local + kLocal + name.size() + u16(b, entry.local + 28);
  const Bytes content = slice(b, start, entry.packed);
  if (content.size() != entry.packed) found.add("damaged-archive");
  end = start + entry.packed;
  return content;
}

}  // namespace

void check_zip(Bytes b, const Limits& limits, const LookInside& inside, Objections& found) {
  constexpr size_t kEnd = 22, kCentral = 46;
  if (b.size() < kEnd) return found.add("damaged-archive");
  const size_t end = b.size() - kEnd;   // what we write has no comment
  if (slice(b, end, 4) != "PK\5\6"sv || u16(b, end + 20) != 0) return found.add("ambiguous-archive");
  const size_t count = u16(b, end + 10), directory = u32(b, end + 16);
  if (u16(b, end + 4) != 0 || u16(b, end + 8) != count || count == 0xFFFF || directory == 0xFFFFFFFF ||
      size_t{directory} + u32(b, end + 12) != end)
    return found.add("ambiguous-archive");
  size_t at = directory, expected = 0;
  uint64_t total = 0;
  std::set<std::string> names;
  std::string bytes;
  for (size_t i = 0; i < count; ++i) {
    if (slice(b, at, 4) != "PK\1\2"sv) return found.add("damaged-archive");
    Entry entry{u16(b, at + 8), u16(b, at + 10), u32(b, at + 16), u32(b, at + 20), u32(b, at + 24), u32(b, at + 42),
                std::string(slice(b, at + kCentral, u16(b, at + 28)))};
    const uint32_t mode = u32(b, at + 38) >> 16;
    const uint32_t kind = mode & 0170000;
    at += kCentral + u16(b, at + 28) + u16(b, at + 30) + u16(b, at + 32);
    if (entry.flags & ~0x0806u) found.add(entry.flags & 1 ? "encrypted" : "ambiguous-archive");
    if (!has_clean_path(entry.name) || !names.insert(lower_ascii_of(entry.name)).second) found.add("unsafe-name");
    if (kind != 0 && kind != 0100000 && kind != 0040000) found.add("archive-link");
    if (entry.local != expected) return found.add("ambiguous-archive");
    const Bytes content = content_of(b, entry, expected, found);
    if (entry.name.ends_with('/')) {
      if (entry.size != 0) found.add("ambiguous-archive");
      continue;
    }
    if ((total += entry.size) > limits.max_expanded_bytes) return found.add("expands-too-much");
    const bool whole = entry.method == 0   ? entry.size == entry.packed && content.size() == entry.packed
                       : entry.method == 8 ? inflate_all(content, entry.size, bytes)
                                           : false;
    if (!whole) {
      found.add("damaged-archive");
      continue;
    }
    const Bytes member = entry.method == 0 ? content : Bytes(bytes);
    if (::crc32_z(0, reinterpret_cast<const Bytef*>(member.data()), member.size()) != entry.crc) found.add("damaged-archive");
    const std::string kept(member);   // a ZIP in the ZIP uses the buffer again
    if (!inside(entry.name, "", kept)) return;
  }
  if (at != end || expected != directory) found.add("ambiguous-archive");
}

}  // namespace mugai::sanitize
