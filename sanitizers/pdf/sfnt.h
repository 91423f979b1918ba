// TrueType and OpenType font files (ISO/IEC 14496-22), written again: the tables that glyphs are drawn from, each within the
// file, none twice, in a directory of ours with sums of ours. Programs for hinting (fpgm, prep, cvt and those of each glyph)
// stay away: they are code that runs in the reader, and screens of today do without. Pure.
#pragma once

#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize::pdf {

bool is_sfnt(Bytes font);

// Empty when the file is no font that could be drawn from.
std::string rebuilt_sfnt(Bytes untrusted_font);

}  // namespace mugai::sanitize::pdf
