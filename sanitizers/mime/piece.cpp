#include "sanitizers/mime/piece.h"

#include <openssl/evp.h>

namespace mugai::sanitize {

namespace {

void add_reason(std::vector<std::string>& reasons, std::string_view id) {
  if (std::find(reasons.begin(), reasons.end(), id) == reasons.end()) reasons.emplace_back(id);
}

bool is_plain_text(const Type& type) {
  return type.danger == Danger::inert && type.media_type.starts_with("text/");
}

// The second look: what is about to leave must be what its format says it wrote.
bool is_what_it_says(const Identity& seen, const Type& written) {
  return seen.type == &written || (is_plain_text(*seen.type) && is_plain_text(written));
}

// The label that mail programs know for a charset of ours. ASCII is UTF-8 too, and one label keeps it a fixed point.
std::string mime_charset(std::string_view charset) {
  if (charset == "cp932") return "Shift_JIS";
  if (charset == "us-ascii") return "utf-8";
  return std::string(charset);
}

}  // namespace

std::string sha256_hex(Bytes bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * length);
  for (unsigned int i = 0; i < length; ++i) {
    hex.push_back(kHex[digest[i] >> 4]);
    hex.push_back(kHex[digest[i] & 15]);
  }
  return hex;
}

// What a format uses to have the members of a container treated.
class PieceTreater::MemberContext : public Context {
 public:
  MemberContext(PieceTreater& treater)
      : Context(treater.profile_, treater.budget_, treater.passwords_), treater_(treater) {}

  Outcome sanitize_member(const Input& member, Sink& out, std::string& output_name) override {
    if (budget.depth >= profile.limits.max_archive_depth) return Outcome::held("too-deep");
    if (budget.members == 0) return Outcome::held("too-many-members");
    if (!budget.take_bytes(member.bytes.size())) return Outcome::held("expands-too-much");
    --budget.members;
    ++budget.depth;
    Untreated untreated;
    untreated.bytes = member.bytes;
    untreated.path = member.path;
    untreated.names = {member.name};
    untreated.declared = {member.declared};
    untreated.charset = member.charset;
    Piece piece{{}, Blob(treater_.workspace_), {}, {}, false};
    const bool ok = treater_.treat(untreated, piece) && (!piece.leaves || out.write(piece.blob.bytes()));
    --budget.depth;
    if (!ok) return Outcome::failed("workspace");
    Outcome outcome;
    outcome.kind = !piece.leaves                     ? Outcome::Kind::held
                   : piece.item.removed.empty()      ? Outcome::Kind::clean
                                                     : Outcome::Kind::altered;
    outcome.action = piece.item.action;
    outcome.method = piece.item.method;
    outcome.reasons = piece.item.reasons;
    output_name = piece.item.output_name;
    return outcome;
  }

 private:
  PieceTreater& treater_;
};

// What a clerk understands: parts of delivery reports are named for what they are, all others are counted.
std::string PieceTreater::name_for_unnamed(const std::string& declared) {
  if (declared == "message/delivery-status" || declared == "message/global-delivery-status") return "配信状況";
  if (declared == "message/disposition-notification" || declared == "message/global-disposition-notification")
    return "開封通知";
  if (declared == "message/feedback-report") return "苦情の報告";
  return "添付ファイル" + std::to_string(++unnamed_);
}

// Each reading of bytes, name and type is looked at with the usual one of the other two, so that what a sender makes of
// it costs a sum of looks and not a product.
Identity PieceTreater::identify_all(const Untreated& piece) const {
  const std::string usual_name = piece.names.empty() ? "" : piece.names.front();
  const std::string usual_type = piece.declared.empty() ? "" : piece.declared.front();
  Identity worst = identifier_.identify(piece.bytes, usual_name, usual_type);
  const auto look = [&](Bytes bytes, const std::string& name, const std::string& declared) {
    Identity one = identifier_.identify(bytes, name, declared);
    if (one.type->danger > worst.type->danger) std::swap(one, worst);
    for (const std::string& reason : one.reasons) add_reason(worst.reasons, reason);
  };
  for (size_t i = 1; i < piece.names.size(); ++i) look(piece.bytes, piece.names[i], usual_type);
  for (size_t i = 1; i < piece.declared.size(); ++i) look(piece.bytes, usual_name, piece.declared[i]);
  for (const std::string& other : piece.other_bytes) look(other, usual_name, usual_type);
  if (!piece.other_bytes.empty()) add_reason(worst.reasons, "ambiguous-encoding");
  return worst;
}

Outcome PieceTreater::apply(const Input& input, const Identity& identity, const Untreated& piece, Sink& out) {
  if (!piece.hold.empty()) return Outcome::held(piece.hold);
  const Type& type = *identity.type;
  AttachmentPolicy policy = profile_.attachments;
  if (const auto found = profile_.types.find(std::string(type.id)); found != profile_.types.end()) {
    switch (found->second) {
      case TypeOverride::text: policy = AttachmentPolicy::text; break;
      case TypeOverride::image: policy = AttachmentPolicy::image; break;
      case TypeOverride::drop: policy = AttachmentPolicy::drop; break;
      case TypeOverride::hold: return Outcome::held("policy-hold");
      default: return Outcome::held("policy-hold");
    }
  }
  if (policy == AttachmentPolicy::drop) return Outcome::held("policy-drop", Action::removed);
  if (type.danger == Danger::active) return Outcome::held("executable");   // whatever the policy hopes for
  const Format* format = format_for(type);
  if (!format) return Outcome::held(type.danger == Danger::unknown ? "unknown-type" : "no-treatment");
  MemberContext context(*this);
  Outcome outcome = format->sanitize(input, out, context);
  // Methods 1 and 2 narrow what may come through; a format that answers with more than was asked for is held.
  const bool leaves = outcome.kind == Outcome::Kind::clean || outcome.kind == Outcome::Kind::altered;
  if (leaves && policy == AttachmentPolicy::text && !(outcome.type_out && is_plain_text(*outcome.type_out)))
    return Outcome::held("no-text-form");
  if (leaves && policy == AttachmentPolicy::image &&
      !(outcome.type_out && outcome.type_out->media_type.starts_with("image/")))
    return Outcome::held("no-image-form");
  return outcome;
}

bool PieceTreater::treat(const Untreated& piece, Piece& out) {
  const size_t place = items_.size();
  items_.emplace_back();
  Item& item = out.item;
  item.path = piece.path;
  item.declared = piece.declared.empty() ? "" : piece.declared.front();
  item.size_in = piece.bytes.size();
  item.sha256_in = sha256_hex(piece.bytes);

  const Identity identity = identify_all(piece);
  item.detected = identity.type->id;
  item.reasons = identity.reasons;
  item.name = piece.names.empty() ? "" : piece.names.front();

  std::vector<std::string> name_changes;
  const std::string given = item.name.empty() ? name_for_unnamed(item.declared) : item.name;
  Input input;
  input.bytes = piece.bytes;
  input.name = safe_name(given, *identity.type, name_changes);
  input.declared = item.declared;
  input.charset = piece.charset;
  input.path = piece.path;
  input.type = identity.type;
  for (const std::string& change : name_changes) add_reason(item.reasons, change);

  Outcome outcome = apply(input, identity, piece, out.blob);
  if (outcome.kind == Outcome::Kind::failed || !out.blob.finish()) return false;
  out.leaves = outcome.kind == Outcome::Kind::clean || outcome.kind == Outcome::Kind::altered;
  if (out.leaves && !outcome.type_out) {
    outcome = Outcome::held("output-mismatch");
    out.leaves = false;
  }
  if (out.leaves) {
    const std::string name = safe_name(given, *outcome.type_out, name_changes);
    const Identity seen = identifier_.identify(out.blob.bytes(), name, outcome.type_out->media_type);
    if (is_what_it_says(seen, *outcome.type_out)) {
      item.output_name = name;
      item.size_out = out.blob.size();
      item.sha256_out = sha256_hex(out.blob.bytes());
      item.method = outcome.method;
      out.media_type = outcome.type_out->media_type;
      out.charset = mime_charset(outcome.charset_out);
    } else {
      outcome = Outcome::held("output-mismatch");
      out.leaves = false;
    }
  }
  item.action = out.leaves || outcome.action == Action::removed || outcome.action == Action::locked ? outcome.action
                                                                                                    : Action::held;
  for (const std::string& reason : outcome.reasons) add_reason(item.reasons, reason);
  item.removed = std::move(outcome.removed);
  items_[place] = item;
  return out.leaves || held_.keep(item, piece.bytes);
}

}  // namespace mugai::sanitize
