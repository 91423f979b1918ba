#include "sanitizers/formats/old_office_file.h"

#include <algorithm>

#include "sanitizers/convert/pdf_methods.h"
#include "sanitizers/detect/ole_directory.h"
#include "sanitizers/offcrypto/legacy_lock.h"
#include "sanitizers/ole/active_content.h"
#include "sanitizers/ooxml/rebuild.h"

namespace mugai::sanitize {

namespace {

constexpr size_t kPrologue = 4'096;

// Word and Excel wrote XML, too, and said in its first lines whose it is.
std::optional<OfficeKind> kind_of(const Input& input) {
  const std::optional<OfficeKind> kind = office_kind(*input.type);
  if (input.type->id != "doc" || is_ole(input.bytes)) return kind;
  const Bytes prologue = input.bytes.substr(0, kPrologue);
  if (prologue.find("<?mso-application") == prologue.npos) return kind;   // of Word for DOS and Windows 2
  if (prologue.find("Excel.Sheet") != prologue.npos) return OfficeKind::excel_xml;
  if (prologue.find("Word.Document") != prologue.npos) return OfficeKind::word_xml;
  return std::nullopt;
}

std::string_view twin_of(OfficeKind kind) {
  switch (kind) {
    case OfficeKind::xls:
    case OfficeKind::xlsb:
    case OfficeKind::excel_xml: return "xlsx";
    case OfficeKind::ppt: return "pptx";
    default: return "docx";
  }
}

// Some of it comes through the conversion and was counted when that was rebuilt.
void add_active_content(Bytes file, std::vector<Removed>& removed) {
  const auto at_least = [&](std::string_view what, uint64_t count) {
    const auto known = std::find_if(removed.begin(), removed.end(), [&](const Removed& one) { return one.what == what; });
    if (known != removed.end()) known->count = std::max(known->count, count);
    else if (count > 0) removed.push_back({std::string(what), count});
  };
  const ActiveContent found = find_active_content(file);
  at_least("macro", found.macro_sheets + (found.vba ? 1 : 0));
  at_least("embedded-file", found.objects);
}

}  // namespace

Outcome OldOfficeFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  switch (offcrypto::legacy_lock(input.bytes)) {
    case offcrypto::LegacyLock::password: return Outcome::held("encrypted", Action::locked);
    case offcrypto::LegacyLock::rights_management: return Outcome::held("rights-managed");
    case offcrypto::LegacyLock::none: break;
  }
  const std::optional<OfficeKind> kind = kind_of(input);
  if (!kind) return Outcome::held("no-treatment");
  if (!context.converter) return conversion_problem(Converted::unavailable);
  Blob twin(context.workspace);
  const Converted how = context.converter->convert(Conversion::office(Tool::office_twin, *kind), input.bytes,
                                                   context.profile.limits.max_expanded_bytes, twin);
  if (how != Converted::ok) return conversion_problem(how);
  if (!twin.finish()) return Outcome::failed("workspace");
  Input converted = input;
  converted.bytes = twin.bytes();
  converted.type = type_by_id(twin_of(*kind));
  Outcome outcome = ooxml::rebuild_document(converted, out, context);
  if (!outcome.leaves()) return outcome;
  outcome.kind = Outcome::Kind::altered;
  outcome.action = Action::converted;
  outcome.reasons.emplace_back("newer-format");
  add_active_content(input.bytes, outcome.removed);
  return outcome;
}

}  // namespace mugai::sanitize
