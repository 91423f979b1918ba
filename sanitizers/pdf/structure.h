// The logical structure of a tagged document (ISO 32000-2 §14.7): what is a heading, a list, a table; what readers for the
// blind read out. A tree of ours: each element once, under the parent that names it first. Objects that elements refer to (form
// fields, annotations) are not in our document and not in its tree.
#pragma once

#include <optional>

#include "sanitizers/pdf/copier.h"
#include "sanitizers/pdf/destinations.h"

namespace mugai::sanitize::pdf {

std::optional<Handle> copy_structure(Copier& copier, Handle root, const Destinations& destinations);

}  // namespace mugai::sanitize::pdf
