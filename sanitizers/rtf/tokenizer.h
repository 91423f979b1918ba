// RTF taken apart into tokens (RTF 1.9.1, "RTF Syntax"): braces, control words with their numbers, control symbols, bytes of
// text, \'xx, and what \bin counts. Bytes in, tokens out: no state but its place, no memory, never fails. Line ends and NULs
// mean nothing in RTF and are stepped over. Tokens are views into the input.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/base/bytes.h"

namespace mugai::sanitize::rtf {

struct Token {
  enum class Kind {
    end,      // of the input
    open,     // {
    close,    // }
    word,     // \name, \nameN: `text` is the name
    symbol,   // \c: `byte`; a line end after a backslash is one, '\n'
    text,     // bytes as they stand: `text`, never empty
    hex,      // \'xx: `byte`
    binary,   // \binN: `text` is what it counts; `cut_short` when the input has less
  };
  Kind kind = Kind::end;
  std::string_view text;
  int64_t number = 0;         // of a word; far beyond 32 bits it is the nearest that is kept
  bool has_number = false;
  bool cut_short = false;
  unsigned char byte = 0;
};

class Tokenizer {
 public:
  explicit Tokenizer(Bytes rtf) : rtf_(rtf) {}
  Token next();
  size_t place() const { return at_; }   // behind the last token

 private:
  Token control();
  Token word();
  Token binary(int64_t count);

  Bytes rtf_;
  size_t at_ = 0;
};

}  // namespace mugai::sanitize::rtf
