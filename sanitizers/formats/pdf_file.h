// PDF documents: rebuilt (see pdf/rebuild.h), or as text or pictures of their pages (convert/pdf_methods.h). The programs
// that make those are shown the rebuilt document, never the one that came.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class PdfFormat : public Format {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
  Outcome to_text(const Input& input, Sink& out, Context& context) const override;
  Outcome to_image(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
