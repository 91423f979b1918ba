#include "sanitizers/formats/pdf_file.h"

#include "sanitizers/pdf/rebuild.h"

namespace mugai::sanitize {

Outcome PdfFormat::sanitize(const Input& input, Sink& out, Context& context) const { return pdf::rebuild_pdf(input, out, context); }

}  // namespace mugai::sanitize
