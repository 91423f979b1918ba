// Which characters a reader does not see, and which of those may stay because a visible one needs them: the
// joiner inside an emoji, a variation selector after a kanji (people's names need it). Pure.
#pragma once

#include <string_view>

namespace mugai::sanitize {

enum class Visibility { visible, control, bidi, zero_width };

// `previous` is the character before, `after` the offset in `text` of the character behind it.
Visibility visibility(char32_t c, char32_t previous, std::string_view text, size_t after);

}  // namespace mugai::sanitize
