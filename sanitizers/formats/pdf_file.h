// PDF documents: rebuilt (see pdf/rebuild.h), or as text or pictures of their pages.
#pragma once

#include "sanitizers/convert/document_format.h"

namespace mugai::sanitize {

class PdfFormat : public DocumentFormat {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
  Outcome to_pages(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }
};

}  // namespace mugai::sanitize
