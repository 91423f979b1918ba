// A PDF that a policy wants as text or as pictures. Rebuilding one in its own format is another matter: it is held.
#pragma once

#include "sanitizers/convert/pdf_methods.h"

namespace mugai::sanitize {

class PdfPagesFormat : public Format {
 public:
  Outcome sanitize(const Input&, Sink&, Context&) const override { return Outcome::held("no-treatment"); }
  Outcome to_text(const Input& input, Sink& out, Context& context) const override { return pdf_to_text(input.bytes, out, context); }
  Outcome to_image(const Input& input, Sink& out, Context& context) const override { return pdf_to_image(input.bytes, out, context); }
};

}  // namespace mugai::sanitize
