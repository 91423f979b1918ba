// Unpacks the RTF that Outlook keeps beside a text (PidTagRtfCompressed, MS-OXRTFCP). Its size is bounded by the packed
// one (seventeen bytes for two) and by `max_bytes`. Pure, linear.
#pragma once

#include <optional>
#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize::outlook {

// Nothing when it is not that format, is cut short, is larger than allowed or its checksum is wrong.
std::optional<std::string> decompress_rtf(Bytes untrusted_packed, size_t max_bytes);

}  // namespace mugai::sanitize::outlook
