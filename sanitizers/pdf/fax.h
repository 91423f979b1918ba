// Pictures of two colours. CCITT fax data (ITU-T T.4, T.6) is decoded by libtiff, which is shown a TIFF file of ours around
// it, and every such picture is written again as T.6.
#pragma once

#include <string>

#include "sanitizers/pdf/copier.h"

namespace mugai::sanitize::pdf {

// False when it cannot be read.
bool give_fax(Copier& copier, Handle from, Handle into, Handle parameters);

// Rows of one bit a pixel, padded to bytes, 1 is black; `width` and `height` have been checked against the limits. Empty when
// libtiff cannot.
std::string fax_encoded(Bytes rows, uint32_t width, uint32_t height);

// The DecodeParms of what fax_encoded() wrote.
Handle fax_parameters(uint32_t width, uint32_t height, bool black_is_1);

}  // namespace mugai::sanitize::pdf
