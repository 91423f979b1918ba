// The charsets that are decoded, and what the wild calls them. Only charset.cpp uses it. Rows of a static
// table, stable for the life of the process; what is not in it is unknown, whatever else ICU may know.
#pragma once

#include <string_view>

namespace mugai::sanitize {

enum class CharsetKind { utf8, utf16, single_byte, multi_byte, iso2022jp, euc_jp, cp932, utf7, other_7bit };

struct Charset {
  const char* name;      // ours
  const char* icu_name;  // null: not by ICU alone
  CharsetKind kind;
};

// By our own name; null when there is none.
const Charset* charset_named(std::string_view name);

}  // namespace mugai::sanitize
