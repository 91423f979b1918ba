// Whether a text says again what another says, for mails that carry their text twice in two formats. What formats do to a
// text does not count: blanks, line ends, rules, the address behind a link, the mark of a picture. Pure, linear.
#pragma once

#include <string_view>

namespace mugai::sanitize {

// True when `text` is empty, or is what `other` says, perhaps with something before it or behind it.
bool repeats(std::string_view text, std::string_view other);

bool says_nothing(std::string_view text);

}  // namespace mugai::sanitize
