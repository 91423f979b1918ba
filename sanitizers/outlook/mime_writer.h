// Writes an item of Outlook as a message in MIME (RFC 5322, RFC 2045), for the pipeline to treat like every mail: that is
// where it is made safe, so nothing is judged here. Complete and unambiguous: boundaries of our own that no content can
// contain, base64 everywhere, the usual names of the usual header fields. Embedded items become message/rfc822. What
// cannot be written (no bytes, too deep, an OLE object) is named in `obstacles`, which the caller must hold.
#pragma once

#include <string>
#include <vector>

#include "sanitizers/outlook/item.h"

namespace mugai::sanitize::outlook {

struct Obstacle {
  std::string name;
  std::string reason;
  Bytes bytes;  // what there is of it
};

struct WrittenMessage {
  size_t parts = 0;      // of the outermost message
  size_t all_parts = 0;  // of all messages
  std::vector<Obstacle> obstacles;
};

// False: `out` is full or failed.
[[nodiscard]] bool write_mime(const Item& item, Sink& out, WrittenMessage& written);

}  // namespace mugai::sanitize::outlook
