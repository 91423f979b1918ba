#include "sanitizers/formats/encrypted_office.h"

#include "sanitizers/detect/container.h"
#include "sanitizers/offcrypto/locked_package.h"

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

Outcome pass_on(const Input& input, Bytes package, bool by_password, Sink& out, Context& context) {
  Input inner;
  inner.bytes = package;
  inner.name = input.untrusted_name;
  inner.path = input.path + "/1";
  Member member = context.sanitize_member(inner);
  if (member.outcome.kind == Outcome::Kind::failed) return Outcome::failed("workspace");
  if (!member.outcome.leaves()) {
    Outcome held = Outcome::held("nothing-left");
    held.action = member.outcome.action;
    held.reasons = std::move(member.outcome.reasons);
    return held;
  }
  if (!out.write(member.blob.bytes())) return Outcome::failed("workspace");
  Outcome outcome;
  outcome.kind = by_password ? Outcome::Kind::altered : Outcome::Kind::clean;
  outcome.action = member.outcome.action == Action::rebuilt ? Action::converted : member.outcome.action;
  outcome.method = member.outcome.method;
  outcome.type_out = member.outcome.type_out;
  if (by_password) outcome.removed.push_back({"password-protection", 1});
  return outcome;
}

}  // namespace

Outcome EncryptedOfficeFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  using offcrypto::Unlocked;
  Blob package(context.workspace);
  const Unlocked result = offcrypto::unlock_package(input.bytes, context.passwords, context.budget, package);
  switch (result) {
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
  return pass_on(input, package.bytes(), result == Unlocked::by_password, out, context);
}

}  // namespace mugai::sanitize
