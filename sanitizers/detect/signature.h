// Types that show themselves by bytes at a known place. Complements libmagic, which knows neither OneNote nor
// DocuWorks and calls half of the rest "data". Pure; every read is bounds-checked. Null: no signature of
// ours.
#pragma once

#include "config/base/bytes.h"
#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

const Type* by_signature(Bytes bytes);

// "{\rt", as Word asks for it, and with the blanks in front and between that other readers pass over.
bool begins_as_rtf(Bytes bytes);

// ISO 9660, VHD and DMG have theirs far inside or at the end, where another format may come first.
const Type* by_distant_signature(Bytes bytes);

}  // namespace mugai::sanitize
