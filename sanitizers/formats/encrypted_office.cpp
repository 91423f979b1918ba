#include "sanitizers/formats/encrypted_office.h"

#include "sanitizers/detect/container.h"
#include "sanitizers/offcrypto/locked_package.h"
#include "sanitizers/offcrypto/package_key.h"
#include "sanitizers/offcrypto/package_lock.h"

namespace mugai::sanitize {
namespace {

// Nothing but a package of Office is encrypted like this; an archive or a program under a password is a trick.
bool is_office_package(Bytes bytes) {
  if (!bytes.starts_with("PK")) return false;
  std::vector<std::string> reasons;
  const Type& type = type_of_zip(bytes, reasons);
  for (const std::string_view id : {"docx", "xlsx", "xlsb", "pptx", "vsd"})
    if (type.id == id) return true;
  return false;
}

bool is_written_as_package(const Type& type) {
  for (const std::string_view id : {"docx", "dotx", "xlsx", "xltx", "pptx", "ppsx", "potx"})
    if (type.id == id) return true;
  return false;
}

// What the package became is said of the document as a whole.
Outcome outcome_of(const Member& member) {
  if (member.outcome.kind == Outcome::Kind::failed) return Outcome::failed("workspace");
  Outcome outcome;
  outcome.action = member.outcome.action;
  if (!member.outcome.leaves()) {
    outcome.reasons = member.outcome.reasons;
    return outcome;
  }
  outcome.kind = Outcome::Kind::clean;
  outcome.method = member.outcome.method;
  outcome.type_out = member.outcome.type_out;
  outcome.charset_out = member.outcome.charset_out;
  outcome.parameters = member.outcome.parameters;
  outcome.summary = member.outcome.summary;
  return outcome;
}

Outcome leave_open(const Member& member, bool by_password, Sink& out) {
  if (!out.write(member.blob.bytes())) return Outcome::failed("workspace");
  Outcome outcome = outcome_of(member);
  if (outcome.action == Action::rebuilt) outcome.action = Action::converted;
  if (!by_password) return outcome;
  outcome.kind = Outcome::Kind::altered;
  outcome.removed.push_back({"password-protection", 1});
  return outcome;
}

Outcome lock_again(const Member& member, const std::string& password, Sink& out, Context& context) {
  using offcrypto::Locking;
  std::optional<std::string> units = offcrypto::password_units(password);
  const Locking result = units ? offcrypto::lock_package(member.blob.bytes(), *units, context.budget, context.workspace, out) : Locking::failed;
  if (units) offcrypto::wipe(*units);
  switch (result) {
    case Locking::complete: break;
    case Locking::too_much: return Outcome::held("expands-too-much");
    case Locking::too_large: return Outcome::held("output-too-large");
    case Locking::failed: return Outcome::failed("workspace");
  }
  Outcome outcome = outcome_of(member);
  outcome.kind = Outcome::Kind::altered;
  outcome.called = outcome.type_out;
  outcome.type_out = type_by_id("encrypted-office");
  outcome.reasons.emplace_back("encrypted-again");
  return outcome;
}

// `password` is null when everybody has it.
Outcome pass_on(const Input& input, Bytes package, const std::string* password, Sink& out, Context& context) {
  Input inner;
  inner.bytes = package;
  inner.name = input.untrusted_name;
  inner.path = input.path + "/1";
  const Member member = context.sanitize_member(inner);
  if (!member.outcome.leaves()) return outcome_of(member);
  const bool again = password && context.profile.encrypted_documents == EncryptedDocuments::encrypt &&
                     context.budget.members_as == AttachmentPolicy::sanitize && is_written_as_package(*member.outcome.type_out);
  return again ? lock_again(member, *password, out, context) : leave_open(member, password != nullptr, out);
}

}  // namespace

Outcome EncryptedOfficeFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  using offcrypto::Unlocked;
  Blob package(context.workspace);
  const offcrypto::Opening opening = offcrypto::unlock_package(input.bytes, context.passwords, context.budget, package);
  switch (opening.how) {
    case Unlocked::by_password:
    case Unlocked::by_default: break;
    case Unlocked::locked: return Outcome::held("encrypted", Action::locked);
    case Unlocked::damaged: return Outcome::held("damaged-document");
    case Unlocked::tampered: return Outcome::held("integrity-failed");
    case Unlocked::unsupported: return Outcome::held("unsupported-encryption");
    case Unlocked::rights_managed: return Outcome::held("rights-managed");
    case Unlocked::failed: return Outcome::failed("workspace");
  }
  if (!package.finish()) return Outcome::failed("workspace");
  if (!is_office_package(package.bytes())) return Outcome::held("damaged-document");
  return pass_on(input, package.bytes(), opening.password, out, context);
}

}  // namespace mugai::sanitize
