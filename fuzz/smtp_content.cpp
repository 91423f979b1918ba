// links: smtp
// DATA against the simplest possible reference: the message ends at the first CRLF.CRLF and nowhere else,
// whatever the chunks; and normalised content equals what a byte-by-byte reader would make of it.
#include <cstdlib>
#include <string>

#include "smtp/content_decoder.h"

namespace {

struct Collect : mugai::Sink {
  bool write(mugai::Bytes bytes) override { return !(all += bytes).empty(); }
  std::string all;
};

struct Reference {
  explicit Reference(const std::string& wire) {
    const std::string with_data_line =
        "\r\n" + wire;  // the CRLF of the DATA command counts (RFC 5321 §4.1.1.4)
    const size_t found = with_data_line.find("\r\n.\r\n");
    ended = found != std::string::npos;
    used = ended ? found + 3 : wire.size();
    const std::string body = ended ? with_data_line.substr(2, found) : wire;
    for (size_t i = 0; i < body.size(); ++i) {
      const bool line_start = i == 0 || (i >= 2 && body[i - 1] == '\n' && body[i - 2] == '\r');
      if (line_start && body[i] == '.') continue;
      if (body[i] == '\r' && i + 1 < body.size() && body[i + 1] == '\n') {
        content += "\r\n";
        ++i;
      } else if (body[i] == '\r' || body[i] == '\n') {
        bare = true;
        content += "\r\n";
      } else {
        content += body[i];
      }
    }
  }
  std::string content;
  size_t used = 0;
  bool ended = false, bare = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const size_t chunk = 1 + data[0] % 64;
  const std::string wire(reinterpret_cast<const char*>(data + 1), size - 1);
  const Reference reference(wire);
  mugai::smtp::ContentDecoder decoder(mugai::smtp::ContentDecoder::Framing::dot, true);
  Collect out;
  size_t used = 0;
  while (used < wire.size() && !decoder.ended())
    used += decoder.decode(mugai::Bytes(wire).substr(used, chunk), out);
  if (decoder.ended() != reference.ended || used != reference.used) std::abort();
  if (!reference.ended) return 0;  // what is held back at the border is only known at the end
  if (out.all != reference.content || decoder.bare_newline() != reference.bare) std::abort();
  return 0;
}
