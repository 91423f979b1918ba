// The outlines of a TrueType font (ISO/IEC 14496-22 §5.3.3 "glyf", §5.3.4 "loca"), written again point by point where they
// lie inside of their table, without the programs that each may carry. A glyph that cannot be read becomes an empty one, as
// readers draw it. Pure.
#pragma once

#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize::pdf {

struct Glyphs {
  std::string outlines;   // "glyf"
  std::string places;     // "loca", of 32 bits
};

// `short_places`: of 16 bits, as "head" says. `keep_programs` for the few fonts that draw themselves by them.
Glyphs rebuilt_glyphs(Bytes outlines, Bytes places, bool short_places, uint32_t count, bool keep_programs);

}  // namespace mugai::sanitize::pdf
