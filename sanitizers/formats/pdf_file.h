// PDF documents: see pdf/rebuild.h.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class PdfFormat : public Format {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
