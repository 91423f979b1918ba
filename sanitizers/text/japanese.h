// ISO-2022-JP and EUC-JP re-spelt as CP932, so that one table (Microsoft's) decides what each JIS character
// is: NEC row 13, IBM extensions, the wave dash. Also the guess between CP932 and EUC-JP for bytes that
// nobody labelled, and the pictures that phones put into CP932 and ISO-2022-JP. For charset.cpp only. Pure,
// linear.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize::japanese {

// A text in CP932 except for characters that CP932 has not: those stand aside, with their place.
struct Respelt {
  std::string cp932;
  struct Aside {
    size_t at;            // offset in cp932 before which `utf8` stands
    std::string utf8;     // an emoji, or U+FFFD
    std::string jis0212;  // or two bytes of JIS X 0212 still to be decoded
  };
  std::vector<Aside> asides;
};

// ESC $ B and the like (ISO-2022-JP, -1, CP5022x, JIS7 with SO/SI), SoftBank's ESC $ G pictures. 8-bit bytes
// are taken as CP932. A line end returns to ASCII, so a lost escape spoils one line.
Respelt from_iso2022jp(Bytes bytes);
Respelt from_euc_jp(Bytes bytes);

// And back. `cp932` is well-formed. Nothing when a character has no place (CP932's user-defined rows).
std::optional<std::string> to_iso2022jp(Bytes cp932);
std::optional<std::string> to_euc_jp(Bytes cp932);

// True when an escape sequence of ISO-2022-JP that shifts to two-byte characters or half-width kana is there.
bool has_escape(Bytes bytes);

// How plausible the bytes are as a text in that charset: below 0 means impossible, higher is better.
// `kana_pairs` is the number of hiragana and katakana.
struct Score {
  int64_t value = 0;
  size_t kana_pairs = 0;
};
Score score_cp932(Bytes bytes);
Score score_euc_jp(Bytes bytes);

// DoCoMo's pictures lie in CP932's user-defined rows (F89F-F9FC), which decode to U+E63E-U+E757. Empty when
// none.
std::string_view docomo_emoji(char32_t private_use);
// The way back: the longest such emoji that `utf8` has at `at`, as its private-use character; length 0 for
// none.
struct DocomoCode {
  char32_t private_use = 0;
  size_t length = 0;
};
DocomoCode docomo_code(std::string_view utf8, size_t at);
// SoftBank's web code: the letter after ESC $, then the character. Empty when we do not know it.
std::string_view softbank_emoji(char page, char code);

}  // namespace mugai::sanitize::japanese
