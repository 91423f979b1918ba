// TrueType and OpenType font files (ISO/IEC 14496-22), written again: the tables that glyphs are drawn from, each within the
// file, none twice, in a directory of ours with sums of ours; outlines point by point (glyphs.h). Programs for hinting (fpgm,
// prep, cvt and those of each glyph) stay away: they are code that runs in the reader, and screens of today do without. A
// few fonts draw their strokes by them; those keep them. Pure.
#pragma once

#include <string>

#include "config/base/bytes.h"

namespace mugai::sanitize::pdf {

bool is_sfnt(Bytes font);

// By the name that a document gives it, with or without the mark of a subset ("ABCDEF+DFGothic-EB").
bool draws_by_programs(std::string_view font_name);

// Empty when the file is no font that could be drawn from.
std::string rebuilt_sfnt(Bytes untrusted_font, bool keep_programs);

}  // namespace mugai::sanitize::pdf
