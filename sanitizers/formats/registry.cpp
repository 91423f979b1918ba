#include "sanitizers/format.h"

namespace mugai::sanitize {

const Format* format_for(const Type&) { return nullptr; }

}  // namespace mugai::sanitize
