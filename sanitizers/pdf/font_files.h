// Embedded font programs. TrueType and OpenType files are written again table by table, from a list of tables that shapes
// are made of, without the little programs for hinting: those run in readers, and screens of today do without. Type 1 and
// CFF programs are checked for their outer form only: their charstrings draw, they do not run.
#pragma once

#include <set>

#include "sanitizers/pdf/copier.h"

namespace mugai::sanitize::pdf {

// The files of fonts that cannot be drawn without their programs (see sfnt.h), by the names that the document gives them.
std::set<QPDFObjGen> files_that_keep_programs(QPDF& source);

// False when it cannot be read.
bool give_font_file(Copier& copier, Handle from, Handle into, Shape shape);

}  // namespace mugai::sanitize::pdf
