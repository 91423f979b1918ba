// A picture that stands in a content stream (ISO 32000-2 §8.9.7): decoded, and written again in hexadecimal, which no
// reader can take for the end of the picture; the stream around it is compressed anyway.
#pragma once

#include <string>

#include "sanitizers/pdf/stream_data.h"

namespace mugai::sanitize::pdf {

// `dictionary` is what stood between BI and ID, as tokens of ours. Empty when the picture cannot be read.
std::string inline_picture(const std::string& dictionary, const std::string& untrusted_data, Allowance allowance);

}  // namespace mugai::sanitize::pdf
