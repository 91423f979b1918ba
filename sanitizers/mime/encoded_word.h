// RFC 2047 encoded words as they are written in the wild: found in a value, decoded, and written. Shared by
// header texts, parameters and addresses. Pure, linear; what is no complete encoded word stays text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct EncodedWord {
  size_t length = 0;         // of "=?...?=" in the text; 0: there is none here
  std::string_view charset;  // without the language of RFC 2231 §5
  char encoding = 0;         // 'b' or 'q'
  std::string_view data;
};

// The encoded word that begins at `offset`.
EncodedWord encoded_word_at(Bytes text, size_t offset);

// Line ends that fold a value are taken out; others become a blank.
std::string unfold(Bytes raw);

// Encoded words decoded, blanks between adjacent words dropped, everything else by decode_short. Not
// scrubbed. `found` is set when there was an encoded word.
std::string decode_words(Bytes unfolded, bool& found);

// One encoded word (UTF-8, base64) for the longest whole-character prefix of `utf8` that keeps it within
// `max_columns` (at most 75); the prefix is removed. At least one character is always taken.
std::string take_encoded_word(std::string_view& utf8, size_t max_columns);

// True when a reader would decode something in this text, or when it is not printable ASCII.
bool needs_encoding(std::string_view utf8);

}  // namespace mugai::sanitize
