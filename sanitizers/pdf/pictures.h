// Picture XObjects. Plain samples are decoded and compressed again. A JPEG is decoded to its coefficients and written
// again: its tables, scans and markers are ours, its pixels the same. Fax pages are decoded to samples. JBIG2 and JPEG 2000
// are decoded by a caged program (see converter.h) and written again as samples or JPEG; without it they are a reason to
// hold the document: their decoders are where readers were broken into.
#pragma once

#include "sanitizers/pdf/copier.h"

namespace mugai::sanitize::pdf {

// Gives the stream `into` the data of `from` and the keys that describe its encoding. The copier does the other keys, by the
// shape that is returned: `nothing` when the picture cannot be read.
Shape give_picture(Copier& copier, Handle from, Handle into);

}  // namespace mugai::sanitize::pdf
