// A PDF as text (method 1) and as pictures of its pages (method 2), by a converter. The document should be one of ours
// already, rebuilt and without a password; whatever the converter answers is checked all the same. Held, with a reason,
// when there is no converter, when it fails or takes too long, and when what it made cannot be what the document shows.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

// One text file: UTF-8 in reading order, with a mark before each page.
Outcome pdf_to_text(Bytes pdf, Sink& out, Context& context);

// One PDF of the same pages in the same size, each a picture, by the profile's image_dpi and image_text_layer.
Outcome pdf_to_image(Bytes pdf, Sink& out, Context& context);

// Why a conversion came to nothing; for whoever calls a converter. Failed when the sink is at fault.
Outcome conversion_problem(Converted how);

}  // namespace mugai::sanitize
