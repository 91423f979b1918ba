// Digital signatures of a PDF (ISO 32000-2 §12.8). They say that the file is as it was signed, which a rebuilt one is not: who
// signed is told, the signature goes.
#pragma once

#include <vector>

#include "sanitizers/pdf/qpdf.h"
#include "sanitizers/report.h"

namespace mugai::sanitize::pdf {

// "digital-signature" with their number, and who signed; empty when there are none.
std::vector<Removed> signatures_in(QPDF& source);

}  // namespace mugai::sanitize::pdf
