// Other formats hidden in a file that begins as something else: a ZIP behind a picture, a program in its
// comment, a PDF near its start. One pass over the bytes. Pure.
#pragma once

#include <vector>

#include "config/base/bytes.h"
#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

// Types whose signatures stand somewhere after the first bytes; each once.
std::vector<const Type*> hidden_types(Bytes bytes);

}  // namespace mugai::sanitize
