#include "sanitizers/mime/flatten.h"

#include "sanitizers/mime/smime.h"
#include "sanitizers/mime/transfer.h"

namespace mugai::sanitize {

namespace {

constexpr uint64_t kMaxSignatureBytes = 1 << 20;

bool is_text(const Part& part) {
  return part.media_type() == "text/plain" || part.media_type() == "text/html";
}

bool has_name(const Part& part) {
  const Parameter* filename = part.disposition.find("filename");
  const Parameter* name = part.content_type.find("name");
  return (filename && !filename->value.empty()) || (name && !name->value.empty());
}

// A text without a name that the sender did not call an attachment is read, not saved. The only part of a message is
// read even when a sloppy mailer gave it a name.
bool is_body(const Part& part, bool sole, const Limits& limits) {
  if (part.kind != Part::Kind::leaf || !is_text(part) || part.content.size() > limits.max_text_bytes) return false;
  if (part.disposition.value == "attachment") return false;
  return sole || !has_name(part);
}

bool is_multipart(const Part& part) {
  return part.kind == Part::Kind::multipart || part.media_type().starts_with("multipart/");
}

bool is_pkcs7(const Part& part) {
  return part.media_type() == "application/pkcs7-mime" || part.media_type() == "application/x-pkcs7-mime";
}

TransferEncoding encoding_of(const Part& part) {
  bool sloppy = false;
  const Field* field = part.find("content-transfer-encoding");
  return field ? parse_transfer_encoding(field->raw_value, sloppy) : TransferEncoding::identity;
}

// The exact bytes between the first two boundary lines of a multipart, which is what a signature covers.
Bytes signed_range(const Part& part) {
  const Parameter* boundary = part.content_type.find("boundary");
  if (!boundary || boundary->value.empty() || part.children.empty()) return {};
  const Part& first = part.children.front();
  const char* begin = first.fields.empty() ? first.content.data() : part.content.data();
  if (!begin || begin < part.content.data()) return {};
  const Bytes rest(begin, static_cast<size_t>(part.content.data() + part.content.size() - begin));
  size_t end = rest.find("\n--" + boundary->value);
  if (end == Bytes::npos) return {};
  if (end > 0 && rest[end - 1] == '\r') --end;
  return rest.substr(0, end);
}

std::string with_crlf(Bytes text) {
  std::string out;
  out.reserve(text.size() + text.size() / 40);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out.push_back('\r');
    out.push_back(text[i]);
  }
  return out;
}

std::string child_path(const std::string& path, size_t index) {
  const std::string number = std::to_string(index + 1);
  if (path.empty() || path.back() == '/') return path + number;
  return path + "." + number;
}

// The place of what is the only thing there: the message itself has no number of its own.
std::string sole_path(const std::string& path) {
  return path.empty() || path.back() == '/' ? path + "1" : path;
}

// The boundary that a multipart without a usable one seems to have: that of the first line like "--x" which a field
// "Content-..." follows. What GMime takes for a broken letter, a more forgiving reader opens.
std::string guessed_boundary(Bytes content) {
  constexpr size_t kLongest = 200;
  constexpr std::string_view kField = "content-";
  for (size_t at = 0; at < content.size();) {
    size_t end = content.find('\n', at);
    if (end == Bytes::npos) return {};
    Bytes line = content.substr(at, end - at);
    at = end + 1;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    if (line.size() < 3 || line.size() > kLongest || !line.starts_with("--")) continue;
    if (!equals_ignoring_case(slice(content, at, kField.size()), kField)) continue;
    const Bytes boundary = line.substr(2);
    const bool usual = std::all_of(boundary.begin(), boundary.end(), [](char c) {
      return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
    });
    if (usual) return std::string(boundary);
  }
  return {};
}

void append(FlatMessage& out, FlatMessage&& more) {
  std::move(more.texts.begin(), more.texts.end(), std::back_inserter(out.texts));
  std::move(more.entries.begin(), more.entries.end(), std::back_inserter(out.entries));
  std::move(more.signatures.begin(), more.signatures.end(), std::back_inserter(out.signatures));
}

}  // namespace

bool decode_content(const Part& part, Sink& out, TransferFacts& facts) {
  TransferDecoder decoder(encoding_of(part));
  const bool ok = decoder.decode(part.content, out) && decoder.finish(out);
  facts = decoder.facts();
  return ok;
}

void Flattener::add_note(std::string_view id) {
  if (std::find(notes.begin(), notes.end(), id) == notes.end()) notes.emplace_back(id);
}

bool Flattener::flatten(Bytes message, FlatMessage& out, const std::string& path_prefix) {
  Inner& inner = inner_.emplace_back(Blob(workspace_));
  inner.structure = parse_structure(message, limits_);
  for (const std::string& one : inner.structure.notes) add_note(one);
  if (inner.structure.too_many_parts) hold = "too-many-parts";
  if (inner.structure.too_long_header) hold = "header-too-long";
  out.message = &inner.structure.root;
  if (!hold.empty()) return true;
  const bool multipart = is_multipart(inner.structure.root);
  return walk(inner.structure.root, multipart ? path_prefix : path_prefix + "1", true, out, 0);
}

Flattener::Inner* Flattener::reparse(Blob&& decoded) {
  Inner& inner = inner_.emplace_back(std::move(decoded));
  inner.structure = parse_structure(inner.blob.bytes(), limits_);
  for (const std::string& one : inner.structure.notes) add_note(one);
  if (inner.structure.too_many_parts) hold = "too-many-parts";
  if (inner.structure.too_long_header) hold = "header-too-long";
  return hold.empty() ? &inner : nullptr;
}

void Flattener::leaf(const Part& part, const std::string& path, FlatMessage& out, std::string hold_reason) {
  Entry entry;
  entry.part = &part;
  entry.path = sole_path(path);
  entry.hold = std::move(hold_reason);
  out.entries.push_back(std::move(entry));
}

bool Flattener::walk(const Part& part, const std::string& path, bool sole, FlatMessage& out, uint32_t depth) {
  if (++parts_ > limits_.max_mime_parts) {
    hold = "too-many-parts";
    return true;
  }
  if (depth > limits_.max_mime_depth || part.kind == Part::Kind::too_deep) {
    leaf(part, path, out, "too-deep");
    return true;
  }
  const std::string_view type = part.media_type();
  if (part.kind == Part::Kind::multipart) {
    if (type == "multipart/encrypted") {
      leaf(part, path, out, "encrypted-mail");
      return true;
    }
    if (type == "multipart/alternative") return walk_alternative(part, path, out, depth);
    if (type == "multipart/signed") return walk_signed(part, path, out, depth);
    for (size_t i = 0; i < part.children.size(); ++i)
      if (!walk(part.children[i], child_path(path, i), sole && part.children.size() == 1, out, depth + 1)) return false;
    return true;
  }
  if (part.kind == Part::Kind::message) return enter_message(part.children.front(), path, part, out, depth);
  if (type == "message/partial") {
    leaf(part, path, out, "partial-message");
    return true;
  }
  if (type == "message/external-body") {
    leaf(part, path, out, "external-body");
    return true;
  }
  if (is_pkcs7(part)) return open_pkcs7(part, path, out, depth);
  if (is_body(part, sole, limits_)) {
    TextSegment segment;
    segment.path = path;
    (type == "text/html" ? segment.html : segment.plain).push_back(&part);
    out.texts.push_back(segment);
    return true;
  }
  // Delivery reports return the header of a mail alone: a mail with an empty text.
  const bool header_only = type == "text/rfc822-headers" || type == "message/global-headers";
  if (header_only || type == "message/rfc822" || type == "message/global" || type == "message/news")
    return part.content.empty() ? (leaf(part, path, out), true) : open_hidden_message(part, path, out, depth);
  if (type.starts_with("multipart/")) return open_closed_multipart(part, path, sole, out, depth);
  leaf(part, path, out);
  return true;
}

// A message in a transfer encoding: GMime leaves it closed, other readers open it.
bool Flattener::open_hidden_message(const Part& part, const std::string& path, FlatMessage& out, uint32_t depth) {
  Blob decoded(workspace_);
  TransferFacts facts;
  if (!decode_content(part, decoded, facts) || !decoded.finish()) return false;
  Inner* inner = reparse(std::move(decoded));
  return !inner || enter_message(inner->structure.root, path, part, out, depth);
}

// A multipart in which GMime found no part: a transfer encoding hides its boundaries, or it has other ones than its
// header says. What nobody could open is a letter with strange lines in it, and read as that.
bool Flattener::open_closed_multipart(const Part& part, const std::string& path, bool sole, FlatMessage& out,
                                      uint32_t depth) {
  Blob plain(workspace_);
  TransferFacts facts;
  if (!decode_content(part, plain, facts) || !plain.finish()) return false;
  const std::string guess = guessed_boundary(plain.bytes());
  if (!guess.empty()) {
    Blob decoded(workspace_);
    if (!decoded.write("Content-Type: " + std::string(part.media_type()) + "; boundary=\"" + guess + "\"\r\n\r\n") ||
        !decoded.write(plain.bytes()) || !decoded.finish())
      return false;
    Inner* inner = reparse(std::move(decoded));
    if (!inner) return true;
    if (inner->structure.root.kind == Part::Kind::multipart)
      return walk(inner->structure.root, path, sole, out, depth + 1);
  }
  Part& text = letters_.emplace_back();
  text.fields = part.fields;
  text.content = part.content;
  text.content_type.value = "text/plain";
  text.other_types.push_back(part.content_type.value);
  return walk(text, sole_path(path), sole, out, depth + 1);
}

// The forms of one text. Plain and HTML become one segment, so that the better can be chosen when both are decoded;
// everything else in any of the forms (pictures, attachments, an invitation) is kept.
bool Flattener::walk_alternative(const Part& part, const std::string& path, FlatMessage& out, uint32_t depth) {
  TextSegment both;
  for (size_t i = 0; i < part.children.size(); ++i) {
    FlatMessage form;
    if (!walk(part.children[i], child_path(path, i), false, form, depth + 1)) return false;
    bool has_html = false;
    for (const TextSegment& segment : form.texts) has_html |= !segment.html.empty();
    for (TextSegment& segment : form.texts) {
      if (both.path.empty() || has_html) both.path = segment.path;
      // A form that mixes HTML with plain texts (pictures between paragraphs) is one form, in order.
      std::vector<const Part*>& target = has_html ? both.html : both.plain;
      target.insert(target.end(), segment.html.begin(), segment.html.end());
      if (segment.html.empty()) target.insert(target.end(), segment.plain.begin(), segment.plain.end());
    }
    form.texts.clear();
    append(out, std::move(form));
  }
  if (!both.plain.empty() || !both.html.empty()) out.texts.push_back(std::move(both));
  return true;
}

bool Flattener::walk_signed(const Part& part, const std::string& path, FlatMessage& out, uint32_t depth) {
  Signature signature;
  signature.path = sole_path(path);
  const Parameter* protocol = part.content_type.find("protocol");
  const bool smime = protocol && protocol->value.find("pkcs7-signature") != std::string::npos;
  signature.kind = smime ? "smime" : "openpgp";
  signature.result = "none";
  if (smime && part.children.size() >= 2 && part.children[1].content.size() <= kMaxSignatureBytes) {
    Blob pkcs7(workspace_);
    TransferFacts facts;
    if (!decode_content(part.children[1], pkcs7, facts) || !pkcs7.finish()) return false;
    const Bytes content = signed_range(part);
    SignatureCheck check = check_detached(content, pkcs7.bytes());
    if (check.readable && !check.intact) check = check_detached(with_crlf(content), pkcs7.bytes());
    if (check.readable) signature.result = check.intact ? "pass" : "fail";
    signature.signer = std::move(check.signer);
  }
  out.signatures.push_back(std::move(signature));
  for (size_t i = 0; i < part.children.size(); ++i) {
    const Part& child = part.children[i];
    const std::string_view type = child.media_type();
    const bool is_signature = i > 0 && (type == "application/pkcs7-signature" || type == "application/x-pkcs7-signature" ||
                                        type == "application/pgp-signature");
    if (!is_signature && !walk(child, child_path(path, i), false, out, depth + 1)) return false;
  }
  return true;
}

bool Flattener::open_pkcs7(const Part& part, const std::string& path, FlatMessage& out, uint32_t depth) {
  Blob pkcs7(workspace_);
  TransferFacts facts;
  if (!decode_content(part, pkcs7, facts) || !pkcs7.finish()) return false;
  if (cms_kind(pkcs7.bytes()) != CmsKind::signed_data) {
    leaf(part, path, out, "encrypted-mail");
    return true;
  }
  Blob content(workspace_);
  const SignatureCheck check = open_opaque(pkcs7.bytes(), content);
  if (!content.finish()) return false;
  if (!check.readable) {
    leaf(part, path, out, "unreadable-signed-mail");
    return true;
  }
  out.signatures.push_back({sole_path(path), "smime", check.intact ? "pass" : "fail", check.signer});
  Inner* inner = reparse(std::move(content));
  if (!inner) return true;
  const bool multipart = is_multipart(inner->structure.root);
  return walk(inner->structure.root, multipart ? path + "/" : path + "/1", true, out, depth + 1);
}

bool Flattener::enter_message(const Part& message, const std::string& path, const Part& carrier, FlatMessage& out,
                              uint32_t depth) {
  Entry entry;
  entry.part = &carrier;
  entry.path = path;
  entry.nested = std::make_unique<FlatMessage>();
  entry.nested->message = &message;
  const bool multipart = is_multipart(message);
  if (!walk(message, multipart ? path + "/" : path + "/1", true, *entry.nested, depth + 1)) return false;
  out.entries.push_back(std::move(entry));
  return true;
}

}  // namespace mugai::sanitize
