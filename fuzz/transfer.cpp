// links: sanitizers
// What is encoded decodes to itself, and what is decoded does not depend on how it was cut into chunks.
#include "sanitizers/mime/transfer.h"

#include <cstdint>
#include <cstdlib>

using namespace mugai;
using namespace mugai::sanitize;

static std::string decoded(TransferEncoding encoding, Bytes bytes, size_t chunk) {
  TransferDecoder decoder(encoding);
  StringSink sink;
  for (size_t i = 0; i < bytes.size(); i += chunk)
    if (!decoder.decode(bytes.substr(i, chunk), sink)) abort();
  if (!decoder.finish(sink)) abort();
  return sink.text;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t chunk = data[0] % 80 + 1;
  const Bytes bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const TransferEncoding encoding : {TransferEncoding::base64, TransferEncoding::quoted_printable,
                                          TransferEncoding::uuencode, TransferEncoding::identity})
    if (decoded(encoding, bytes, chunk) != decoded(encoding, bytes, size)) abort();

  Base64Encoder encoder;
  StringSink base64;
  for (size_t i = 0; i < bytes.size(); i += chunk)
    if (!encoder.encode(bytes.substr(i, chunk), base64)) abort();
  if (!encoder.finish(base64)) abort();
  if (decoded(TransferEncoding::base64, base64.text, chunk) != bytes) abort();

  // Quoted-printable is for text with LF line ends: they come back as CRLF, all else as it was.
  std::string expected;
  for (const char c : bytes) (c == '\n' ? expected += '\r' : expected) += c;
  if (decoded(TransferEncoding::quoted_printable, encode_quoted_printable(bytes), chunk) != expected) abort();

  size_t end = 0;
  for (const UuBlock& block : find_uuencoded(bytes, 100)) {
    if (block.begin < end || block.end <= block.begin || block.end > bytes.size() ||
        block.data.size() > 2 * (block.end - block.begin))
      abort();
    end = block.end;
  }
  bool sloppy = false;
  (void)parse_transfer_encoding(bytes.substr(0, 200), sloppy);
  return 0;
}
