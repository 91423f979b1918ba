// Archives made by hand, field by field, so that each can lie where a test wants it to.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "sanitizers/formats/deflate.h"
#include "sanitizers/formats/zip_fields.h"

namespace mugai::test {

// A member of a ZIP. What the local header says is what the directory says, unless a test changes it.
struct ZipBytes {
  std::string name, content;
  uint16_t flags = 0, method = 0;
  uint16_t time = 0x6000, date = 0x5a21;   // 2025-01-01 12:00
  uint32_t external = 0;
  std::string extra, local_name, descriptor, before;   // local_name: another one; before: bytes in front of the header
  uint32_t size = 0, packed_size = 0, crc = 0, local_size = 0, local_crc = 0;
  uint16_t local_method = 0;

  ZipBytes(std::string name_, std::string content_) : name(std::move(name_)), content(std::move(content_)) {
    size = packed_size = local_size = static_cast<uint32_t>(content.size());
    crc = local_crc = sanitize::crc32_of(content);
    local_name = name;
  }
  ZipBytes& with(auto change) {
    change(*this);
    return *this;
  }
};

struct ZipShape {
  std::string prefix = {}, comment = {}, suffix = {}, before_end = {};
  int count = -1;             // what the end record says, when not the truth
  bool same_offset = false;   // all members share the first one's data
};

inline std::string zip_of(const std::vector<ZipBytes>& members, const ZipShape& shape = {}) {
  using namespace sanitize::zip;
  std::string body = shape.prefix, directory;
  for (const ZipBytes& one : members) {
    body += one.before;
    const uint64_t offset = shape.same_offset ? shape.prefix.size() : body.size();
    const auto common = [&](uint16_t method, uint32_t crc, uint32_t packed, uint32_t size, const std::string& name) {
      std::string out;
      put16(out, one.flags);
      put16(out, method);
      put16(out, one.time);
      put16(out, one.date);
      put32(out, crc);
      put32(out, packed);
      put32(out, size);
      put16(out, name.size());
      put16(out, one.extra.size());
      return out;
    };
    const bool later = one.flags & kFlagDescriptor;
    body += kLocal;
    put16(body, 20);
    body += common(one.local_method ? one.local_method : one.method, later ? 0 : one.local_crc,
                   later ? 0 : one.packed_size, later ? 0 : one.local_size, one.local_name);
    body += one.local_name + one.extra + one.content + one.descriptor;
    directory += kCentral;
    put16(directory, 20);
    put16(directory, 20);
    directory += common(one.method, one.crc, one.packed_size, one.size, one.name);
    put16(directory, 0);
    put32(directory, 0);
    put32(directory, one.external);
    put32(directory, offset - shape.prefix.size());
    directory += one.name + one.extra;
  }
  const uint64_t start = body.size() - shape.prefix.size(), count = shape.count >= 0 ? shape.count : members.size();
  std::string out = body + directory + shape.before_end;
  out += kEnd;
  put32(out, 0);
  put16(out, count);
  put16(out, count);
  put32(out, directory.size());
  put32(out, start);
  put16(out, shape.comment.size());
  return out + shape.comment + shape.suffix;
}

// Turns a stored member into a deflated one.
inline ZipBytes deflated(const std::string& name, const std::string& content) {
  ZipBytes one(name, content);
  StringSink packed;
  if (!sanitize::deflate_to(content, packed)) return one;
  one.content = packed.text;
  one.packed_size = static_cast<uint32_t>(packed.text.size());
  one.method = 8;
  return one;
}

// One tar header and its content (POSIX.1-1988 ustar).
inline std::string tar_member(const std::string& name, const std::string& content, char type = '0',
                              const std::string& link = {}) {
  using namespace std::string_literals;
  std::string header = name;
  header.resize(100, '\0');
  char size[13];
  std::snprintf(size, sizeof size, "%011zo", content.size());
  std::string target = link;
  target.resize(100, '\0');
  header += "0000644\0"s + "0000000\0"s + "0000000\0"s + size + '\0' + "14000000000\0"s + "        "s + type + target +
            "ustar\0"s + "00"s;
  header.resize(512, '\0');
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char text[8];
  std::snprintf(text, sizeof text, "%06o", sum);
  header.replace(148, 8, std::string(text) + "\0 "s);
  std::string body = content;
  body.resize((content.size() + 511) / 512 * 512, '\0');
  return header + body;
}
inline std::string tar_end() { return std::string(1024, '\0'); }

}  // namespace mugai::test
