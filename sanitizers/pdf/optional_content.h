// Layers (ISO 32000-2 §8.11): which there are and which are shown. What switches them by an event (print, zoom, user) is
// left behind.
#pragma once

#include <optional>

#include "sanitizers/pdf/copier.h"

namespace mugai::sanitize::pdf {

std::optional<Handle> copy_optional_content(Copier& copier, Handle properties);

}  // namespace mugai::sanitize::pdf
