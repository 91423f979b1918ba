// The values of a PDF that have no structure of their own: numbers, names, strings, and lists of them. Written again, so
// that nothing but the value is left of how the sender wrote it. Pure.
#pragma once

#include <optional>

#include "sanitizers/pdf/qpdf.h"
#include "sanitizers/pdf/schema.h"

namespace mugai::sanitize::pdf {

bool is_plain_value(Shape shape);

// A '#' that begins no code is read by libqpdf as a zero and written as it came, which readers complain about: it becomes
// a '_', here and wherever the name is used.
std::string well_formed_name(std::string name);

// Nothing when `value` is not of this shape.
std::optional<Handle> copy_value(Handle value, Shape shape);

}  // namespace mugai::sanitize::pdf
