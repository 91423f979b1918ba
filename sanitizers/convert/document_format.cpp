#include "sanitizers/convert/document_format.h"

#include <algorithm>

#include "sanitizers/convert/office_pdf.h"
#include "sanitizers/convert/pdf_methods.h"

namespace mugai::sanitize {

namespace {

// What was taken out on the way is told too.
void add_what_went(Outcome&& first, Outcome& outcome) {
  outcome.removed.insert(outcome.removed.end(), first.removed.begin(), first.removed.end());
  for (std::string& reason : first.reasons)
    if (std::find(outcome.reasons.begin(), outcome.reasons.end(), reason) == outcome.reasons.end()) outcome.reasons.push_back(std::move(reason));
  if (outcome.summary.empty()) outcome.summary = std::move(first.summary);
}

using PdfMethod = Outcome (*)(Bytes pdf, Sink& out, Context& context);

Outcome pages_then(PdfMethod method, const Format& format, const Input& input, Sink& out, Context& context) {
  Blob pages(context.workspace);
  Outcome first = format.to_pages(input, pages, context);
  if (!first.leaves()) return first;
  if (!pages.finish()) return Outcome::failed("workspace");
  Outcome outcome = method(pages.bytes(), out, context);
  if (outcome.leaves()) add_what_went(std::move(first), outcome);
  return outcome;
}

struct KindRow {
  std::string_view type;
  OfficeKind kind;
};

constexpr KindRow kKinds[] = {
    {"docx", OfficeKind::docx}, {"dotx", OfficeKind::docx}, {"xlsx", OfficeKind::xlsx}, {"xltx", OfficeKind::xlsx},
    {"pptx", OfficeKind::pptx}, {"ppsx", OfficeKind::pptx}, {"potx", OfficeKind::pptx}, {"xlsb", OfficeKind::xlsb},
    {"doc", OfficeKind::doc},   {"xls", OfficeKind::xls},   {"xlt", OfficeKind::xls},   {"ppt", OfficeKind::ppt},
    {"odt", OfficeKind::odt},   {"ott", OfficeKind::odt},   {"fodt", OfficeKind::odt},  {"ods", OfficeKind::ods},
    {"ots", OfficeKind::ods},   {"fods", OfficeKind::ods},  {"odp", OfficeKind::odp},   {"otp", OfficeKind::odp},
    {"fodp", OfficeKind::odp},  {"odg", OfficeKind::odg},   {"otg", OfficeKind::odg},   {"fodg", OfficeKind::odg},
    {"rtf", OfficeKind::rtf},
};

}  // namespace

std::optional<OfficeKind> office_kind(const Type& type) {
  const auto found = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const KindRow& row) { return row.type == type.id; });
  return found == std::end(kKinds) ? std::nullopt : std::optional(found->kind);
}

Outcome DocumentFormat::to_text(const Input& input, Sink& out, Context& context) const {
  return pages_then(pdf_to_text, *this, input, out, context);
}

Outcome DocumentFormat::to_image(const Input& input, Sink& out, Context& context) const {
  return pages_then(pdf_to_image, *this, input, out, context);
}

Outcome OfficeFormat::to_pages(const Input& input, Sink& out, Context& context) const {
  Blob rebuilt(context.workspace);
  Outcome first = sanitize(input, rebuilt, context);
  if (!first.leaves()) return first;
  if (!rebuilt.finish()) return Outcome::failed("workspace");
  const std::optional<OfficeKind> kind = first.type_out ? office_kind(*first.type_out) : std::nullopt;
  if (!kind) return Outcome::held("no-image-form");
  Outcome outcome = office_to_pdf(rebuilt.bytes(), *kind, input, out, context);
  if (outcome.leaves()) add_what_went(std::move(first), outcome);
  return outcome;
}

}  // namespace mugai::sanitize
