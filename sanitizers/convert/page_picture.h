// One page of a PDF as a PNG. A converter draws it; what it answers is checked and encoded anew.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

// How many pages there are; 0 when libqpdf cannot read the document.
uint32_t count_pages(Bytes pdf);

constexpr uint32_t kScreenDpi = 110;   // some 900 dots for the width of A4

// `page` from 1. What was written counts only when the answer is ok.
Converted draw_page(Bytes pdf, uint32_t page, uint32_t dpi, Converter& converter, Sink& out);

}  // namespace mugai::sanitize
