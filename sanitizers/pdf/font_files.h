// Embedded font programs. TrueType and OpenType files are written again table by table, from a list of tables that shapes
// are made of, without the little programs for hinting: those run in readers, and screens of today do without. Type 1
// and CFF programs are checked for their outer form.
#pragma once

#include "sanitizers/pdf/copier.h"

namespace mugai::sanitize::pdf {

// False when it cannot be read.
bool give_font_file(Copier& copier, Handle from, Handle into, Shape shape);

}  // namespace mugai::sanitize::pdf
