#include "sanitizers/text/utf8.h"

#include <algorithm>

namespace mugai::sanitize {

bool append_repaired_utf8(Bytes bytes, std::string& out) {
  bool clean = true;
  out.reserve(out.size() + bytes.size());
  for (size_t i = 0; i < bytes.size();) {
    const size_t start = i;
    for (size_t length = 1; length > 0 && i < bytes.size(); i += length) {
      length = plain_ascii_run(bytes, i);
      if (length == 0) length = code_point_at(bytes, i).length;
      if (length == 0) break;
    }
    out += bytes.substr(start, i - start);
    if (i == bytes.size()) break;
    clean = false;
    append_utf8(out, kReplacement);
    // A cut-off sequence is one error, not one for each byte (as the Encoding Standard counts).
    const unsigned lead = byte_at(bytes, i++);
    const size_t more = lead >= 0xF0 && lead <= 0xF4 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
    for (size_t k = 0; k < more && (byte_at(bytes, i) & 0xC0) == 0x80 && lead < 0xF5; ++k) {
      if (k == 0 &&
          ((lead == 0xE0 && byte_at(bytes, i) < 0xA0) || (lead == 0xED && byte_at(bytes, i) > 0x9F) ||
           (lead == 0xF0 && byte_at(bytes, i) < 0x90) || (lead == 0xF4 && byte_at(bytes, i) > 0x8F)))
        break;
      ++i;
    }
  }
  return clean;
}

}  // namespace mugai::sanitize
