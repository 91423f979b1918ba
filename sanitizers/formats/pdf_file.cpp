#include "sanitizers/formats/pdf_file.h"

#include "sanitizers/convert/pdf_methods.h"
#include "sanitizers/pdf/rebuild.h"

namespace mugai::sanitize {

namespace {

using Conversion = Outcome (*)(Bytes pdf, Sink& out, Context& context);

// What was taken out on the way is told too.
Outcome rebuilt_then(Conversion convert, const Input& input, Sink& out, Context& context) {
  Blob rebuilt(context.workspace);
  Outcome first = pdf::rebuild_pdf(input, rebuilt, context);
  if (!first.leaves()) return first;
  if (!rebuilt.finish()) return Outcome::failed("workspace");
  Outcome outcome = convert(rebuilt.bytes(), out, context);
  if (!outcome.leaves()) return outcome;
  outcome.removed.insert(outcome.removed.end(), first.removed.begin(), first.removed.end());
  outcome.summary = std::move(first.summary);
  return outcome;
}

}  // namespace

Outcome PdfFormat::sanitize(const Input& input, Sink& out, Context& context) const { return pdf::rebuild_pdf(input, out, context); }

Outcome PdfFormat::to_text(const Input& input, Sink& out, Context& context) const { return rebuilt_then(pdf_to_text, input, out, context); }

Outcome PdfFormat::to_image(const Input& input, Sink& out, Context& context) const { return rebuilt_then(pdf_to_image, input, out, context); }

}  // namespace mugai::sanitize
