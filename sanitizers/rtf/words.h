// The control words that may stay, where they mean something, and which numbers they may have (RTF 1.9.1 and its index of
// control words). What is not in the table is not written: words that run, fetch, embed, lock or identify are not in it, nor
// are those that name programs and saves (\rsid). Destinations have a table of their own. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "sanitizers/rtf/places.h"

namespace mugai::sanitize::rtf {

enum class WordKind {
  flag,     // has no number
  toggle,   // 0 switches it off
  value,    // has a number, within bounds
};

struct WordRule {
  std::string_view name;
  WordKind kind = WordKind::flag;
  uint32_t places = 0;
  int64_t least = 0, most = 0;
};

// Null: it does not stay.
const WordRule* word_rule(std::string_view name, Place place);

}  // namespace mugai::sanitize::rtf
