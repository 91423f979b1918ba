// Writes the message that leaves, in the one canonical shape: header, one text/plain; charset=utf-8 body, then the
// pieces as a flat list of attachments (multipart/mixed only when there are any). CRLF line ends, 7-bit, no line over 78
// columns but for long header tokens. The boundary begins with "=_", which neither base64 nor quoted-printable can
// contain, so no content can imitate it.
#pragma once

#include <string>
#include <vector>

#include "sanitizers/mime/piece.h"

namespace mugai::sanitize {

struct Composition {
  std::string header;               // CRLF lines, no Content-* and no MIME-Version, no final blank line
  std::string body;                 // UTF-8, LF
  std::vector<const Piece*> pieces; // those that leave
  std::string boundary_id;          // letters, digits, '-'
  bool traced = true;               // each piece says in Mugai-Treatment what was done to it
};

// The size that write_message() will produce, within the small change of part headers.
uint64_t estimate_size(const Composition& message);

[[nodiscard]] bool write_message(const Composition& message, Sink& out);
// The same in two parts: up to the end of the body, and the pieces. A message without pieces has an empty tail.
[[nodiscard]] bool write_head(const Composition& message, Sink& out);
[[nodiscard]] bool write_tail(const Composition& message, Sink& out);

}  // namespace mugai::sanitize
