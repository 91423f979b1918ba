// What there is in a document that will not be in ours: counted over every object of the file, wherever it hangs, so that
// the report can name it. It decides nothing: what leaves is decided by the schema.
#pragma once

#include "sanitizers/pdf/qpdf.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize::pdf {

void count_what_goes(QPDF& source, Bytes file, Tally& tally);

}  // namespace mugai::sanitize::pdf
