// links: sanitizers
// Whatever the bytes and the label: valid UTF-8 without NUL comes out, and what can be encoded again decodes
// to itself.
#include "sanitizers/text/charset.h"

#include <cstdint>
#include <cstdlib>

#include "sanitizers/text/utf8.h"

using namespace mugai;
using namespace mugai::sanitize;

static void check(const DecodedText& text) {
  if (!is_valid_utf8(text.utf8) || text.utf8.find('\0') != std::string::npos) abort();
  if (text.lossy || text.utf8.starts_with("\xEF\xBB\xBF") || text.utf8.find(0x1B) != std::string::npos)
    return;  // these mean something to a decoder
  const auto bytes = encode_text(text.utf8, text.charset);
  if (!bytes) return;
  const DecodedText back = decode_text(*bytes, text.charset);
  if (!back.guessed && back.charset == text.charset && back.utf8 != text.utf8) abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr const char* kLabels[] = {"",       "utf-8",       "shift_jis",  "euc-jp", "iso-2022-jp",
                                            "utf-16", "utf-7",       "iso-8859-1", "gb2312", "euc-kr",
                                            "big5",   "iso-2022-kr", "x-unknown"};
  if (size == 0) return 0;
  const Bytes bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  check(decode_text(bytes, kLabels[data[0] % std::size(kLabels)]));
  check(decode_short(bytes));
  return 0;
}
