// Digital signatures of a PDF (ISO 32000-2 §12.8). They say that the file is as it was signed, which a rebuilt one is not: who
// signed is told, the signature goes.
#pragma once

#include "sanitizers/format.h"
#include "sanitizers/pdf/qpdf.h"

namespace mugai::sanitize::pdf {

void name_signatures(QPDF& source, Outcome& outcome);

}  // namespace mugai::sanitize::pdf
