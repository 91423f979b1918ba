// Makes Outlook's files from property lists: a .msg (MS-OXMSG) and a winmail.dat (MS-OXTNEF) of the same item, so that one
// test can ask both readers.
#pragma once

#include <string>
#include <vector>

#include "tests/support/compound_writer.h"

namespace mugai::test {

struct MapiValue {
  uint16_t tag, kind;
  std::string bytes;  // as stored; fixed kinds little-endian
};

MapiValue unicode(uint16_t tag, std::u16string_view text);
MapiValue string8(uint16_t tag, std::string bytes);
MapiValue binary(uint16_t tag, std::string bytes);
MapiValue int32(uint16_t tag, uint32_t value);
MapiValue time_of(uint16_t tag, uint64_t filetime);

struct MapiItem;

struct MapiAttachment {
  std::vector<MapiValue> values;
  std::string data;
  std::vector<MapiItem> embedded;  // one or none
  bool ole = false;                // a storage with an object in it
};

struct MapiItem {
  std::vector<MapiValue> values;
  std::vector<std::vector<MapiValue>> recipients;
  std::vector<MapiAttachment> attachments;
};

std::string msg_file(const MapiItem& item);
std::string tnef_file(const MapiItem& item, uint32_t code_page = 932);

// One attribute of a TNEF: level 1 for the message, 2 for an attachment.
std::string tnef_attribute(unsigned level, uint32_t id, const std::string& value);

// Packs an RTF as PidTagRtfCompressed, without compressing, or with literals only and a right checksum.
std::string plain_rtf(const std::string& rtf);
std::string packed_rtf(const std::string& rtf);

}  // namespace mugai::test
