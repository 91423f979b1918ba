// Content-Transfer-Encoding, both ways (RFC 2045 §6). Decoders are our own because readers differ: base64 that goes on
// after padding, soft breaks with blanks, broken groups. Each decoder streams: decode(chunk, sink) any number of times,
// then finish(sink). `facts` names what is odd, so that the caller can look at every reading. Private memory is
// constant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

enum class TransferEncoding { identity, base64, quoted_printable, uuencode, unknown };

struct TransferFacts {
  bool data_after_padding = false;  // base64: more groups after '='
  bool foreign_characters = false;  // characters outside the alphabet (other than line ends and blanks)
  bool truncated = false;           // ends inside a group, an escape or before "end"
};

// The encoding that a raw Content-Transfer-Encoding value names. Comments, blanks, quotes, case and a trailing ';' are
// looked through, as lenient readers do; `sloppy` is set when a strict reader would have read it otherwise.
TransferEncoding parse_transfer_encoding(Bytes untrusted_value, bool& sloppy);

class TransferDecoder {
 public:
  explicit TransferDecoder(TransferEncoding encoding);
  [[nodiscard]] bool decode(Bytes chunk, Sink& out);
  [[nodiscard]] bool finish(Sink& out);
  const TransferFacts& facts() const { return facts_; }

 private:
  [[nodiscard]] bool decode_base64(Bytes chunk, Sink& out);
  [[nodiscard]] bool decode_quoted_printable(Bytes chunk, Sink& out);
  [[nodiscard]] bool decode_uuencode(Bytes chunk, Sink& out);
  void uudecode_line(std::string& out);

  TransferEncoding encoding_;
  TransferFacts facts_;
  std::string carry_;   // an unfinished escape or line; bounded
  uint32_t bits_ = 0;   // base64: the digits of an unfinished group
  int bit_count_ = 0;   // base64: how many digits; uuencode: before, inside or after the file
  bool padded_ = false;
};

// Base64 in 76-column lines with CRLF (RFC 2045 §6.8); streams like the decoders.
class Base64Encoder {
 public:
  [[nodiscard]] bool encode(Bytes chunk, Sink& out);
  [[nodiscard]] bool finish(Sink& out);

 private:
  std::string carry_;  // up to 56 bytes that do not fill a line yet
};

// Quoted-printable of UTF-8 text with LF line ends, out with CRLF, every line at most 76 columns, no bare CR or LF.
std::string encode_quoted_printable(std::string_view text);

// A uuencoded file inside text: "begin 644 name" ... "end".
struct UuBlock {
  size_t begin = 0, end = 0;  // byte range in the text, whole lines
  std::string name;           // raw bytes
  std::string data;           // decoded
};
std::vector<UuBlock> find_uuencoded(std::string_view text, size_t max_blocks);

}  // namespace mugai::sanitize
