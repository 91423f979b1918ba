// An office document laid out on pages: an office suite makes a PDF of it, and that, as foreign as every other, is rebuilt.
// The document should be one of ours already, or hold nothing that an office suite could fetch or run.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

// `around` says where it stands (name, path). What went out of the PDF is not told: an office suite put it there. Held, with a
// reason, when there is no converter, when it fails or takes too long, and when its PDF cannot be rebuilt.
Outcome office_to_pdf(Bytes document, OfficeKind kind, const Input& around, Sink& out, Context& context);

}  // namespace mugai::sanitize
