#include "tests/support/outlook_files.h"

#include <cstdio>

namespace mugai::test {
namespace {

bool is_fixed(uint16_t kind) {
  return kind == 0x3 || kind == 0xB || kind == 0x40;
}

void write_values(CompoundWriter& file, const std::string& prefix, size_t header,
                  const std::vector<MapiValue>& values) {
  std::string fixed(header, '\0');
  for (const MapiValue& one : values) {
    fixed += le16(one.kind) + le16(one.tag) + le32(6);
    std::string inside = is_fixed(one.kind) ? one.bytes : le32(static_cast<uint32_t>(one.bytes.size()));
    inside.resize(8);
    fixed += inside;
    if (is_fixed(one.kind)) continue;
    char name[32];
    std::snprintf(name, sizeof name, "__substg1.0_%04X%04X", one.tag, one.kind);
    file.stream(prefix + name, one.bytes);
  }
  file.stream(prefix + "__properties_version1.0", fixed);
}

void write_item(CompoundWriter& file, const std::string& prefix, const MapiItem& item) {
  write_values(file, prefix, prefix.empty() ? 32 : 24, item.values);
  char name[64];
  for (size_t i = 0; i < item.recipients.size(); ++i) {
    std::snprintf(name, sizeof name, "__recip_version1.0_#%08zX/", i);
    write_values(file, prefix + name, 8, item.recipients[i]);
  }
  for (size_t i = 0; i < item.attachments.size(); ++i) {
    std::snprintf(name, sizeof name, "__attach_version1.0_#%08zX/", i);
    const MapiAttachment& one = item.attachments[i];
    std::vector<MapiValue> values = one.values;
    values.push_back(int32(0x3705, one.ole ? 6 : one.embedded.empty() ? 1 : 5));
    write_values(file, prefix + name, 8, values);
    if (one.ole)
      file.stream(prefix + name + "__substg1.0_3701000D/CONTENTS", one.data);
    else if (!one.embedded.empty())
      write_item(file, prefix + name + "__substg1.0_3701000D/", one.embedded.front());
    else
      file.stream(prefix + name + "__substg1.0_37010102", one.data);
  }
}

// MS-OXTNEF §2.1.3.4
std::string tnef_values(const std::vector<MapiValue>& values) {
  std::string out = le32(static_cast<uint32_t>(values.size()));
  for (const MapiValue& one : values) {
    out += le16(one.kind) + le16(one.tag);
    const std::string bytes = one.bytes + std::string(one.kind == 0x1F ? 2 : one.kind == 0x1E ? 1 : 0, '\0');
    if (!is_fixed(one.kind)) out += le32(1) + le32(static_cast<uint32_t>(bytes.size()));
    out += bytes + std::string((4 - bytes.size() % 4) % 4, '\0');
  }
  return out;
}

uint32_t crc_without_inversion(const std::string& bytes) {
  uint32_t sum = 0;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = sum & 1 ? sum >> 1 ^ 0xEDB88320u : sum >> 1;
  }
  return sum;
}

}  // namespace

MapiValue unicode(uint16_t tag, std::u16string_view text) {
  return {tag, 0x1F, utf16(text)};
}
MapiValue string8(uint16_t tag, std::string bytes) {
  return {tag, 0x1E, std::move(bytes)};
}
MapiValue binary(uint16_t tag, std::string bytes) {
  return {tag, 0x102, std::move(bytes)};
}
MapiValue int32(uint16_t tag, uint32_t value) {
  return {tag, 0x3, le32(value)};
}
MapiValue time_of(uint16_t tag, uint64_t filetime) {
  return {tag, 0x40, le64(filetime)};
}

std::string msg_file(const MapiItem& item) {
  CompoundWriter file;
  write_item(file, "", item);
  file.stream("__nameid_version1.0/__substg1.0_00020102", "");
  return file.bytes();
}

std::string tnef_attribute(unsigned level, uint32_t id, const std::string& value) {
  uint32_t sum = 0;
  for (const char c : value) sum += static_cast<unsigned char>(c);
  return static_cast<char>(level) + le32(id) + le32(static_cast<uint32_t>(value.size())) + value + le16(sum);
}

std::string tnef_file(const MapiItem& item, uint32_t code_page) {
  std::string file = "\x78\x9f\x3e\x22" + le16(1) + tnef_attribute(1, 0x00069007, le32(code_page) + le32(0));
  file += tnef_attribute(1, 0x00069003, tnef_values(item.values));
  std::string rows = le32(static_cast<uint32_t>(item.recipients.size()));
  for (const auto& one : item.recipients) rows += tnef_values(one);
  file += tnef_attribute(1, 0x00069004, rows);
  for (const MapiAttachment& one : item.attachments) {
    file += tnef_attribute(2, 0x00069002, std::string(14, '\0'));
    std::vector<MapiValue> values = one.values;
    for (const MapiValue& value : values)
      if (value.tag == 0x3704 && value.kind == 0x1E)
        file += tnef_attribute(2, 0x00018010, value.bytes + std::string(1, '\0'));
    const std::string message("\x07\x03\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 16),
        storage("\x0b\0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", 16);
    if (one.ole)
      values.push_back({0x3701, 0xD, storage + one.data});
    else if (!one.embedded.empty())
      values.push_back({0x3701, 0xD, message + tnef_file(one.embedded.front(), code_page)});
    else
      file += tnef_attribute(2, 0x0006800F, one.data);
    file += tnef_attribute(2, 0x00069005, tnef_values(values));
  }
  return file;
}

std::string plain_rtf(const std::string& rtf) {
  const uint32_t size = static_cast<uint32_t>(rtf.size());
  return le32(size + 12) + le32(size) + "MELA" + le32(0) + rtf;
}

std::string packed_rtf(const std::string& rtf) {
  std::string content;
  for (size_t at = 0; at < rtf.size(); at += 8) content += '\0' + rtf.substr(at, 8);
  const size_t rest = rtf.size() % 8;
  // The mark of the end: a reference to the place where the window would be written next.
  const uint32_t end = static_cast<uint32_t>((207 + rtf.size()) % 4096) << 4;
  if (rest == 0)
    content += '\1';
  else
    content[content.size() - rest - 1] = static_cast<char>(1 << rest);
  content += {static_cast<char>(end >> 8), static_cast<char>(end)};
  return le32(static_cast<uint32_t>(content.size() + 12)) + le32(static_cast<uint32_t>(rtf.size())) + "LZFu" +
         le32(crc_without_inversion(content)) + content;
}

}  // namespace mugai::test
