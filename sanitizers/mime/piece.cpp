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

Outcome ask(const Format& format, AttachmentPolicy policy, const Input& input, Sink& out, Context& context) {
  switch (policy) {
    case AttachmentPolicy::text: return format.to_text(input, out, context);
    case AttachmentPolicy::image: return format.to_image(input, out, context);
    case AttachmentPolicy::sanitize: return format.sanitize(input, out, context);
    case AttachmentPolicy::pages: return format.to_pages(input, out, context);
    case AttachmentPolicy::drop: break;
  }
  return Outcome::held("policy-drop", Action::removed);
}

// Members were asked for their own form, one by one.
bool is_container_of_ours(const Format& format, const Outcome& outcome) {
  return format.holds_members() && outcome.type_out && (outcome.type_out->id == "zip" || outcome.type_out->id == "eml");
}

bool is_text_form(const Format& format, const Outcome& outcome) {
  return (outcome.type_out && is_plain_text(*outcome.type_out)) || is_container_of_ours(format, outcome);
}

bool is_pages_form(const Format& format, const Outcome& outcome) {
  if (!outcome.type_out) return false;
  return outcome.type_out->id == "pdf" || outcome.type_out->media_type.starts_with("image/") || is_container_of_ours(format, outcome);
}

// Pictures, and documents made of nothing else.
bool is_image_form(const Format& format, const Outcome& outcome) {
  if (!outcome.type_out) return false;
  return is_pages_form(format, outcome) && (outcome.type_out->id != "pdf" || outcome.method == 2);
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
      : Context(treater.around_.profile, treater.around_.budget, treater.around_.passwords, treater.around_.tools.workspace,
                treater.around_.tools.converter),
        treater_(treater) {}

  Member sanitize_member(const Input& input) override {
    Untreated untreated = untreated_of(input);
    charge(untreated);
    Piece piece(workspace);
    Member member{{}, {}, Blob(workspace)};
    ++budget.depth;
    ++treater_.containers_;
    const bool ok = treater_.treat(untreated, piece);
    --treater_.containers_;
    --budget.depth;
    Outcome& outcome = member.outcome;
    outcome.kind = !ok                          ? Outcome::Kind::failed
                   : !piece.leaves              ? Outcome::Kind::held
                   : piece.item.removed.empty() ? Outcome::Kind::clean
                                                : Outcome::Kind::altered;
    outcome.action = piece.item.action;
    outcome.method = piece.item.method;
    outcome.type_out = piece.type;
    outcome.called = piece.called;
    outcome.charset_out = piece.charset;
    outcome.parameters = piece.parameters;
    outcome.summary = std::move(piece.summary);
    outcome.reasons = piece.item.reasons;
    outcome.removed = piece.item.removed;
    member.output_name = piece.item.output_name;
    if (piece.leaves) member.blob = std::move(piece.blob);
    return member;
  }

  bool hold_member(const Input& input, std::string reason, Action action) override {
    if (budget.members > 0) --budget.members;
    Untreated untreated = untreated_of(input);
    untreated.hold = std::move(reason);
    untreated.hold_action = action;
    Piece piece(workspace);
    return treater_.treat(untreated, piece);
  }

  Outcome sanitize_mail(Bytes message, const Input& input, Sink& out) override {
    if (budget.depth >= profile.limits.max_archive_depth) return Outcome::held("too-deep");
    ++budget.depth;
    Outcome outcome = treater_.mails_.treat_mail(message, input, treater_.containers_ > 0, out);
    --budget.depth;
    return outcome;
  }

 private:
  void charge(Untreated& untreated) {
    if (budget.depth >= profile.limits.max_archive_depth) untreated.hold = "too-deep";
    else if (budget.members == 0) untreated.hold = "too-many-members";
    else if (!budget.take_bytes(untreated.bytes.size())) untreated.hold = "expands-too-much";
    if (budget.members > 0) --budget.members;
  }

  static Untreated untreated_of(const Input& input) {
    Untreated untreated;
    untreated.bytes = input.bytes;
    untreated.path = input.path;
    untreated.names = {input.name};
    if (!input.declared.empty()) untreated.declared = {input.declared};
    untreated.charset = input.charset;
    return untreated;
  }

  PieceTreater& treater_;
};

// What a clerk understands: parts of delivery reports are named for what they are, all others are counted.
std::string PieceTreater::name_for_unnamed(const std::string& declared) {
  if (declared == "message/delivery-status" || declared == "message/global-delivery-status") return "配信状況";
  if (declared == "message/disposition-notification" || declared == "message/global-disposition-notification")
    return "開封通知";
  if (declared == "message/feedback-report") return "苦情の報告";
  if (declared == "text/calendar") return "invite.ics";
  return "添付ファイル" + std::to_string(++unnamed_);
}

// Each reading of bytes, name and type is looked at with the usual one of the other two, so that what a sender makes of
// it costs a sum of looks and not a product.
Identity PieceTreater::identify_all(const Untreated& piece) const {
  const std::string usual_name = piece.names.empty() ? "" : piece.names.front();
  const std::string usual_type = piece.declared.empty() ? "" : piece.declared.front();
  Identity worst = around_.tools.identifier.identify(piece.bytes, usual_name, usual_type);
  const auto look = [&](Bytes bytes, const std::string& name, const std::string& declared) {
    Identity one = around_.tools.identifier.identify(bytes, name, declared);
    if (one.type->danger > worst.type->danger) std::swap(one, worst);
    for (const std::string& reason : one.reasons) add_reason(worst.reasons, reason);
  };
  for (size_t i = 1; i < piece.names.size(); ++i) look(piece.bytes, piece.names[i], usual_type);
  for (size_t i = 1; i < piece.declared.size(); ++i) look(piece.bytes, usual_name, piece.declared[i]);
  for (const std::string& other : piece.other_bytes) look(other, usual_name, usual_type);
  if (!piece.other_bytes.empty()) add_reason(worst.reasons, "ambiguous-encoding");
  return worst;
}

// The same bytes may stand in many places; the scanner is asked about each reading of them.
bool PieceTreater::offer(const Untreated& piece, const Item& item) {
  ExtractedSink* const wants = around_.tools.extracted;
  if (!wants) return true;
  if (!piece.bytes.empty() && !wants->extracted(item.path, item.sha256_in, piece.bytes)) return false;
  for (const std::string& other : piece.other_bytes)
    if (!wants->extracted(item.path, sha256_hex(other), other)) return false;
  return true;
}

const Condemned* PieceTreater::condemnation(const Untreated& piece, const Item& item) const {
  if (around_.tools.condemned.empty()) return nullptr;
  const auto find = [&](const std::string& sha256) -> const Condemned* {
    for (const Condemned& one : around_.tools.condemned)
      if (one.sha256 == sha256) return &one;
    return nullptr;
  };
  const Condemned* found = find(item.sha256_in);
  for (const std::string& other : piece.other_bytes)
    if (!found) found = find(sha256_hex(other));
  return found;
}

Outcome PieceTreater::apply(const Input& input, const Identity& identity, const Untreated& piece, Sink& out) {
  if (!piece.hold.empty()) return Outcome::held(piece.hold, piece.hold_action);
  const Type& type = *identity.type;
  AttachmentPolicy policy = around_.profile.attachments;
  if (const auto found = around_.profile.types.find(std::string(type.id)); found != around_.profile.types.end()) {
    switch (found->second) {
      case TypeOverride::text: policy = AttachmentPolicy::text; break;
      case TypeOverride::image: policy = AttachmentPolicy::image; break;
      case TypeOverride::drop: policy = AttachmentPolicy::drop; break;
      case TypeOverride::hold: return Outcome::held("policy-hold");
      default: return Outcome::held("policy-hold");
    }
  }
  // Nothing comes out of a container as more than the container may come through as.
  if (policy == AttachmentPolicy::sanitize) policy = around_.budget.members_as;
  if (policy == AttachmentPolicy::drop) return Outcome::held("policy-drop", Action::removed);
  if (type.danger == Danger::active) return Outcome::held("executable");   // whatever the policy hopes for
  const Format* format = format_for(type);
  if (!format) return Outcome::held(&type == &type_unknown() ? "unknown-type" : "no-treatment");
  MemberContext context(*this);
  const AttachmentPolicy around = std::exchange(around_.budget.members_as, policy);
  Outcome outcome = ask(*format, policy, input, out, context);
  around_.budget.members_as = around;
  // A format that answers with more than was asked for is held.
  if (!outcome.leaves()) return outcome;
  if (policy == AttachmentPolicy::text && !is_text_form(*format, outcome)) return Outcome::held("no-text-form");
  if (policy == AttachmentPolicy::image && !is_image_form(*format, outcome)) return Outcome::held("no-image-form");
  if (policy == AttachmentPolicy::pages && !is_pages_form(*format, outcome)) return Outcome::held("no-image-form");
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

  if (!offer(piece, item)) return false;

  const Identity identity = identify_all(piece);
  item.detected = identity.type->id;
  item.reasons = identity.reasons;
  item.name = piece.names.empty() ? "" : piece.names.front();

  std::vector<std::string> name_changes;
  const std::string given = item.name.empty() ? name_for_unnamed(item.declared) : item.name;
  Input input;
  input.bytes = piece.bytes;
  input.name = safe_name(given, *identity.type, name_changes);
  input.untrusted_name = given;
  input.declared = item.declared;
  input.charset = piece.charset;
  input.path = piece.path;
  input.type = identity.type;
  for (const std::string& change : name_changes) add_reason(item.reasons, change);

  const Condemned* condemned = condemnation(piece, item);
  Outcome outcome = condemned ? Outcome::held(condemned->reason) : apply(input, identity, piece, out.blob);
  if (condemned && !condemned->signature.empty())
    outcome.removed.push_back({std::string(kSignatureFound) + condemned->signature, 1});
  if (outcome.kind == Outcome::Kind::failed || !out.blob.finish()) return false;
  out.leaves = outcome.leaves();
  if (out.leaves && !outcome.type_out) {
    outcome = Outcome::held("output-mismatch");
    out.leaves = false;
  }
  if (out.leaves) {
    const Type& called = outcome.called ? *outcome.called : *outcome.type_out;
    const std::string name = safe_name(given, called, name_changes);
    const Identity seen = around_.tools.identifier.identify(out.blob.bytes(), name, called.media_type);
    if (is_what_it_says(seen, *outcome.type_out)) {
      item.output_name = name;
      item.size_out = out.blob.size();
      item.sha256_out = sha256_hex(out.blob.bytes());
      item.method = outcome.method;
      out.summary = std::move(outcome.summary);
      out.type = outcome.type_out;
      out.called = outcome.called;
      out.charset = mime_charset(outcome.charset_out);
      out.parameters = std::move(outcome.parameters);
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
  return out.leaves || around_.tools.held.keep(item, piece.bytes);
}

}  // namespace mugai::sanitize
