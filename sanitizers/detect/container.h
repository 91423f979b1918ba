// What a ZIP or an OLE file really is, by the names inside. Pure. `reasons` gets "macro" and, for documents
// in a ZIP, "encrypted" where the names show it.
#pragma once

#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

const Type& type_of_zip(Bytes bytes, std::vector<std::string>& reasons);
const Type& type_of_ole(Bytes bytes, std::vector<std::string>& reasons);

}  // namespace mugai::sanitize
