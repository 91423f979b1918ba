#include "sanitizers/convert/office_pdf.h"

#include "sanitizers/convert/pdf_methods.h"
#include "sanitizers/pdf/rebuild.h"

namespace mugai::sanitize {

Outcome office_to_pdf(Bytes document, OfficeKind kind, const Input& around, Sink& out, Context& context) {
  if (!context.converter) return conversion_problem(Converted::unavailable);
  Blob laid_out(context.workspace);
  const Converted how = context.converter->convert(Conversion::office(Tool::office_pdf, kind), document,
                                                   context.profile.limits.max_expanded_bytes, laid_out);
  if (how != Converted::ok) return conversion_problem(how);
  if (!laid_out.finish()) return Outcome::failed("workspace");
  Input pdf = around;
  pdf.bytes = laid_out.bytes();
  pdf.type = type_by_id("pdf");
  Outcome outcome = pdf::rebuild_pdf(pdf, out, context);
  if (!outcome.leaves()) return outcome;
  outcome.kind = Outcome::Kind::altered;
  outcome.action = Action::converted;
  outcome.removed.clear();
  outcome.reasons.clear();
  return outcome;
}

}  // namespace mugai::sanitize
