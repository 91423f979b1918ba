// What a text really is: script, shortcut, HTML, mail, calendar, drawing, or just text. Scripts have no
// signature, so this looks for words that nothing but a script says. Linear, one pass; looks into UTF-16 too.
// Pure.
#pragma once

#include "config/base/bytes.h"
#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

// No NUL (unless UTF-16 with a mark) and hardly any control characters: what people call a text file.
bool looks_like_text(Bytes bytes);

// By how the text begins; null when it begins like any text. `is_named_text`: the name says .txt, .csv or the
// like; then a lone tag does not make it HTML.
const Type* by_first_words(Bytes text, bool is_named_text);

// By words anywhere in the first and last 64 KiB; null when there are fewer than `least` different ones.
const Type* by_script_words(Bytes text, int least);

}  // namespace mugai::sanitize
