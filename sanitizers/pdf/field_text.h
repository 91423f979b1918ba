// The looks of a form field that has none: many programs leave it to the reader to draw what was filled in (NeedAppearances).
// Written with a font that every reader has; Japanese with the character collection that readers know how to show.
#pragma once

#include <optional>

#include "sanitizers/pdf/copier.h"

namespace mugai::sanitize::pdf {

// A form XObject of ours for a text or choice field; nothing when the field is another one, is empty, or is drawn already.
std::optional<Handle> field_text(Copier& copier, Handle widget, Handle acro_form, bool has_looks);

}  // namespace mugai::sanitize::pdf
