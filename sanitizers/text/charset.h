// Bytes in some charset to UTF-8, and back. Decoding Japanese right is the point: ISO-2022-JP with NEC row 13 and
// half-width kana, CP932, EUC-JP-MS, and mail that declares the wrong charset or none. Pure; one converter cache per
// thread. Output is always valid UTF-8 without NUL; what could not be decoded is U+FFFD and sets `lossy`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct DecodedText {
  std::string utf8;
  std::string charset;   // the one that was used, our canonical lower-case name: "utf-8", "cp932", "iso-2022-jp"
  bool lossy = false;    // something became U+FFFD
  bool guessed = false;  // the declared charset was absent, unknown or contradicted by the bytes
};

// For bodies and text files: the declared charset if it fits the bytes, else what they really are.
DecodedText decode_text(Bytes bytes, std::string_view declared_charset);

// For what says its charset itself and is never mistaken: code pages of RTF. An unknown name reads as UTF-8.
DecodedText decode_named(Bytes bytes, std::string_view charset);

// For header values and file names, which are short: valid UTF-8, then escape sequences, then CP932/EUC-JP by score.
DecodedText decode_short(Bytes bytes);

// UTF-8 to `charset` (a name as in DecodedText::charset). Nothing when a character has no place in it.
std::optional<std::string> encode_text(std::string_view utf8, std::string_view charset);

// Canonical name of a charset label from outside ("Shift_JIS", "x-sjis", "cp932" -> "cp932"); empty when unknown.
std::string canonical_charset(std::string_view untrusted_label);

}  // namespace mugai::sanitize
