// An OpenDocument file (ODF 1.3) taken apart and written again: content, styles, settings and the title of a document, each
// part written by filter.h, pictures rebuilt, documents inside treated in turn. Names of parts, media types and the manifest
// are ours. A package stays a package, a flat document stays one. The result is a fixed point.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize::odf {

// The Format's work for these types. See Format::sanitize().
Outcome rebuild_package(const Input& input, Sink& out, Context& context);
Outcome rebuild_flat(const Input& input, Sink& out, Context& context);

}  // namespace mugai::sanitize::odf
