// Bookmarks (ISO 32000-2 §12.3.3) and page labels (§12.4.2): what helps to find one's way. Trees of ours, made from what a walk
// without trust finds.
#pragma once

#include <optional>

#include "sanitizers/pdf/copier.h"
#include "sanitizers/pdf/destinations.h"

namespace mugai::sanitize::pdf {

std::optional<Handle> copy_outline(Copier& copier, Handle root, const Destinations& destinations);
std::optional<Handle> copy_page_labels(Handle root);

}  // namespace mugai::sanitize::pdf
