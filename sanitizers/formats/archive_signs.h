// What the first bytes of an archive say that libarchive would not: that it is one of several volumes, or that its directory
// is encrypted. A volume by itself looks empty or damaged to a reader. Pure; reads a few bytes.
#pragma once

#include <string_view>

#include "config/base/bytes.h"
#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

// "split-archive", "encrypted", or nothing. `name` tells where the content does not: "a.7z.001".
std::string_view archive_sign(Bytes untrusted, const Type& type, std::string_view name);

}  // namespace mugai::sanitize
