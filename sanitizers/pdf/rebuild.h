// A PDF taken apart and written again: pages, what they show, and how to find one's way in them; nothing that acts, nothing
// that is not seen. Streams of the foreign file are decoded and compressed anew, objects copied value by value as schema.h
// allows. Here every exception of libqpdf ends.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize::pdf {

// The Format's work for type "pdf". See Format::sanitize().
Outcome rebuild_pdf(const Input& input, Sink& out, Context& context);

}  // namespace mugai::sanitize::pdf
