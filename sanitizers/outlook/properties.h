// What Outlook keeps about a mail, an attachment or a recipient: a bag of numbered, typed values (MAPI properties, MS-OXPROPS),
// the same in .msg and in winmail.dat. Values are raw bytes; the views belong to whoever filled the bag. Reading never
// fails: a value that is absent or of another type is empty. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "config/base/bytes.h"
#include "sanitizers/text/charset_pages.h"

namespace mugai::sanitize::outlook {

// Property ids of MS-OXPROPS that we read.
enum Tag : uint16_t {
  kMessageClass = 0x001A,
  kSubject = 0x0037,
  kSubmitTime = 0x0039,
  kSubjectPrefix = 0x003D,
  kRepresentingName = 0x0042,
  kRepresentingType = 0x0064,
  kRepresentingAddress = 0x0065,
  kStartDate = 0x0060,
  kEndDate = 0x0061,
  kImportance = 0x0017,
  kTransportHeaders = 0x007D,
  kSenderName = 0x0C1A,
  kSenderType = 0x0C1E,
  kSenderAddress = 0x0C1F,
  kRecipientType = 0x0C15,
  kDisplayBcc = 0x0E02,
  kDisplayCc = 0x0E03,
  kDisplayTo = 0x0E04,
  kDeliveryTime = 0x0E06,
  kNormalizedSubject = 0x0E1D,
  kBody = 0x1000,
  kRtf = 0x1009,
  kHtml = 0x1013,
  kMessageId = 0x1035,
  kReferences = 0x1039,
  kInReplyTo = 0x1042,
  kDisplayName = 0x3001,
  kAddressType = 0x3002,
  kEmailAddress = 0x3003,
  kCreationTime = 0x3007,
  kAttachData = 0x3701,
  kAttachExtension = 0x3703,
  kAttachName = 0x3704,
  kAttachMethod = 0x3705,
  kAttachLongName = 0x3707,
  kAttachMediaType = 0x370E,
  kAttachContentId = 0x3712,
  kSmtpAddress = 0x39FE,
  kCodePage = 0x3FFD,
  kInternetCodePage = 0x3FDE,
  kSenderSmtp = 0x5D01,
  kRepresentingSmtp = 0x5D02,
};

// How a value is stored.
enum Kind : uint16_t {
  kInt16 = 0x0002,
  kInt32 = 0x0003,
  kBoolean = 0x000B,
  kObject = 0x000D,
  kInt64 = 0x0014,
  kString8 = 0x001E,
  kUnicode = 0x001F,
  kTime = 0x0040,
  kBinary = 0x0102,
  kMultiple = 0x1000,
};

class PropertyBag {
 public:
  // The charset of 8-bit strings, as text/charset.h calls it; empty: by their look.
  std::string charset;

  // The first of a tag and kind counts. Fixed kinds are little-endian, strings come with or without their terminator.
  void add(uint16_t tag, uint16_t kind, Bytes value);
  bool empty() const { return values_.empty(); }
  bool has(uint16_t tag, uint16_t kind) const { return values_.count({tag, kind}) > 0; }
  std::string text(uint16_t tag) const;            // UTF-8, either kind of string
  std::string line(uint16_t tag) const;            // the same as one clean line
  Bytes value(uint16_t tag, uint16_t kind) const;  // as it is
  Bytes binary(uint16_t tag) const;
  Bytes object(uint16_t tag) const;
  uint32_t number(uint16_t tag, uint32_t otherwise = 0) const;
  uint64_t time(uint16_t tag) const;  // FILETIME: 100 ns since 1601, UTC; 0: none

 private:
  std::map<std::pair<uint16_t, uint16_t>, Bytes> values_;
};

// An 8-bit text of Outlook. Programs write western code pages above Japanese texts, so those are not believed blindly.
std::string decode_8bit(Bytes bytes, const std::string& charset);

}  // namespace mugai::sanitize::outlook
