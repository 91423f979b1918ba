// The looks of an annotation that has none of its own: marks, lines and shapes that readers draw from the annotation's
// numbers (ISO 32000-2 §12.5.6).
#pragma once

#include <optional>

#include "sanitizers/pdf/copier.h"

namespace mugai::sanitize::pdf {

// A form XObject of ours; nothing for other annotations, whose looks are theirs or their reader's.
std::optional<Handle> markup(Copier& copier, Handle annotation);

}  // namespace mugai::sanitize::pdf
