// One page of a PDF of ours as a PNG, for looking at it in a browser. A converter draws it; what it answers is checked and
// encoded anew.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

// How many pages there are; 0 when libqpdf cannot read the document.
uint32_t count_pages(Bytes pdf);

// `page` from 1. What was written counts only when the answer is ok.
Converted draw_page(Bytes pdf, uint32_t page, Converter& converter, Sink& out);

}  // namespace mugai::sanitize
