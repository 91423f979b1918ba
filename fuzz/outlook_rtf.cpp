// links: sanitizers
// Compressed or plain RTF of any bytes: what comes out is UTF-8 without control characters of RTF's making, no larger than
// its input can say; unpacking is bounded by what was packed.
#include <cstdint>
#include <cstdlib>

#include "sanitizers/outlook/rtf_compression.h"
#include "sanitizers/rtf/text.h"
#include "sanitizers/text/utf8.h"

using namespace mugai::sanitize;

static void require(bool holds) {
  if (!holds) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const mugai::Bytes bytes(reinterpret_cast<const char*>(data), size);
  std::string source(bytes);
  if (const auto unpacked = outlook::decompress_rtf(bytes, 1 << 20)) {
    require(unpacked->size() <= 9 * size);
    source = *unpacked;
  }
  const rtf::RtfText text = rtf::text_of_rtf(source);
  require(is_valid_utf8(text.content));
  require(text.content.find('\0') == std::string::npos);
  require(text.content.size() <= 8 * source.size());
  return 0;
}
