#include "sanitizers/verify/verify.h"

#include "sanitizers/detect/name.h"
#include "sanitizers/mime/piece.h"
#include "sanitizers/verify/checks.h"

namespace mugai::sanitize {

void Objections::add(std::string_view id) {
  if (std::find(ids_.begin(), ids_.end(), id) == ids_.end()) ids_.emplace_back(id);
}

namespace {

bool is_one_of(const Type& type, std::initializer_list<std::string_view> ids) {
  return std::find(ids.begin(), ids.end(), type.id) != ids.end();
}

// A name that safe_name() would leave alone needs no mending.
void check_name(const std::string& name, const Type& type, Objections& found) {
  std::vector<std::string> changes;
  const std::string base = name.substr(name.rfind('/') == name.npos ? 0 : name.rfind('/') + 1);
  if (!base.empty() && (safe_name(base, type, changes) != base || !changes.empty())) found.add("unsafe-name");
}

class Verification {
 public:
  Verification(const Limits& limits, const Identifier& identifier) : limits_(limits), identifier_(identifier) {}

  void look(Bytes bytes, const std::string& name, const std::string& declared, const std::string& path, uint32_t depth) {
    const size_t place = report.items.size();
    Item& item = report.items.emplace_back();
    const Identity identity = identifier_.identify(bytes, name, declared);
    const Type& type = *identity.type;
    item.path = path;
    item.name = name;
    item.declared = declared;
    item.detected = type.id;
    item.size_in = bytes.size();
    item.sha256_in = sha256_hex(bytes);
    Objections found;
    for (const std::string& reason : identity.reasons) found.add(reason);
    check_name(name, type, found);
    check_content(bytes, type, path, depth, found);
    Item& looked_at = report.items[place];   // others came behind it
    looked_at.reasons = found.ids();
    looked_at.action = looked_at.reasons.empty() ? Action::rebuilt : Action::held;
    if (!looked_at.reasons.empty()) report.raise(Verdict::held);
  }

  Report report;

 private:
  void check_content(Bytes bytes, const Type& type, const std::string& path, uint32_t depth, Objections& found) {
    if (depth > limits_.max_archive_depth) return found.add("too-deep");
    uint32_t number = 0;
    const LookInside inside = [&](const std::string& name, const std::string& declared, Bytes member) {
      if (++members_ > limits_.max_archive_members || (expanded_ += member.size()) > limits_.max_expanded_bytes) {
        found.add("expands-too-much");
        return false;
      }
      look(member, name, declared, path + "/" + std::to_string(++number), depth + 1);
      return true;
    };
    if (is_one_of(type, {"text", "log", "csv", "tsv", "json", "xml", "sfc", "p21", "step", "dxf"})) return check_text(bytes, type, found);
    if (is_one_of(type, {"png", "jpeg", "gif", "webp", "tiff"})) return check_picture(bytes, type, found);
    if (is_one_of(type, {"ics", "vcf"})) return check_records(bytes, found);
    if (is_one_of(type, {"docx", "dotx", "xlsx", "xltx", "pptx", "ppsx", "potx"})) return check_office(bytes, limits_, inside, found);
    if (is_one_of(type, {"odt", "ods", "odp", "odg", "ott", "ots", "otp", "otg", "fodt", "fods", "fodp", "fodg"})) return check_odf(bytes, type, limits_, inside, found);
    if (type.id == "pdf") return check_pdf(bytes, found);
    if (type.id == "rtf") return check_rtf(bytes, inside, found);
    if (type.id == "zip") return check_zip(bytes, limits_, inside, found);
    if (type.id == "eml") return check_mail(bytes, limits_, inside, found);
    found.add(type.danger == Danger::active ? "executable" : "type-not-allowed");
  }

  const Limits& limits_;
  const Identifier& identifier_;
  uint64_t expanded_ = 0;
  uint32_t members_ = 0;
};

}  // namespace

Result<Report> verify_file(Bytes untrusted_bytes, const std::string& name, const Limits& limits,
                           const Identifier& identifier) {
  Verification verification(limits, identifier);
  verification.look(untrusted_bytes, name, "", "1", 0);
  return std::move(verification.report);
}

}  // namespace mugai::sanitize
