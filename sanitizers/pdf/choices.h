// What an object is, where that stands in the object itself: a font by its Subtype, a pattern by its PatternType.
// Pure.
#pragma once

#include "sanitizers/pdf/qpdf.h"
#include "sanitizers/pdf/schema.h"

namespace mugai::sanitize::pdf {

// `shape` itself when there is nothing to choose; `nothing` when the object is none of the choices.
Shape choose(Handle value, Shape shape);

}  // namespace mugai::sanitize::pdf
