// JBIG2 (ITU-T T.88) and JPEG 2000 pictures. Their decoders are where PDF readers were broken into, so no decoder of ours
// reads them: a program in a cage of its own is shown a document of ours with this one picture, and draws it dot for dot.
// What it drew is written again as T.6 or as samples or JPEG. Without the program the document is held.
#pragma once

#include "sanitizers/pdf/copier.h"
#include "sanitizers/pdf/stream_data.h"

namespace mugai::sanitize::pdf {

// As give_picture(). Throws OverLimit when nobody can draw it.
Shape give_caged_picture(Copier& copier, Handle from, Handle into, const Encoding& encoding);

}  // namespace mugai::sanitize::pdf
