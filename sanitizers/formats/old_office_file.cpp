#include "sanitizers/formats/old_office_file.h"

#include <algorithm>

#include "sanitizers/convert/pdf_methods.h"
#include "sanitizers/detect/text_signs.h"
#include "sanitizers/offcrypto/legacy_lock.h"
#include "sanitizers/ole/active_content.h"
#include "sanitizers/ooxml/rebuild.h"

namespace mugai::sanitize {

namespace {

constexpr size_t kPrologue = 4'096;

// Word and Excel wrote XML, too, and named its vocabulary at its root. Other words under such a name are a text in a charset
// that an office suite would guess.
std::optional<OfficeKind> kind_of(const Input& input) {
  if (!looks_like_text(input.bytes)) return office_kind(*input.type);
  const Bytes prologue = input.bytes.substr(0, kPrologue);
  if (prologue.find("urn:schemas-microsoft-com:office:spreadsheet") != prologue.npos) return OfficeKind::excel_xml;
  if (prologue.find("http://schemas.microsoft.com/office/word/2003/wordml") != prologue.npos) return OfficeKind::word_xml;
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
void add_what_was_there(Bytes file, std::vector<Removed>& removed) {
  const auto at_least = [&](std::string_view what, uint64_t count) {
    const auto known = std::find_if(removed.begin(), removed.end(), [&](const Removed& one) { return one.what == what; });
    if (known != removed.end()) known->count = std::max(known->count, count);
    else if (count > 0) removed.push_back({std::string(what), count});
  };
  const ActiveContent found = find_active_content(file);
  at_least("macro", found.macro_sheets + (found.vba ? 1 : 0));
  at_least("embedded-file", found.objects);
  at_least("metadata", found.metadata ? 1 : 0);
}

}  // namespace

Outcome OldOfficeFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  const offcrypto::LegacyLock lock = offcrypto::legacy_lock(input.bytes);
  const std::optional<OfficeKind> kind = kind_of(input);
  if (lock == offcrypto::LegacyLock::rights_management) return Outcome::held("rights-managed");
  // A workbook whose structure is protected is encrypted by a password that every program knows: it is tried.
  const bool locked = lock == offcrypto::LegacyLock::password;
  if (locked && kind != OfficeKind::xls) return Outcome::held("encrypted", Action::locked);
  if (!kind) return Outcome::held("no-treatment");
  if (!context.converter) return locked ? Outcome::held("encrypted", Action::locked) : conversion_problem(Converted::unavailable);
  Blob twin(context.workspace);
  const Converted how = context.converter->convert(Conversion::office(Tool::office_twin, *kind), input.bytes,
                                                   context.profile.limits.max_expanded_bytes, twin);
  if (locked && how == Converted::failed) return Outcome::held("encrypted", Action::locked);
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
  // What an office suite writes into every twin is not the sender's.
  std::erase_if(outcome.removed, [](const Removed& one) { return one.what == "metadata" || one.what == "other-entry"; });
  add_what_was_there(input.bytes, outcome.removed);
  return outcome;
}

}  // namespace mugai::sanitize
