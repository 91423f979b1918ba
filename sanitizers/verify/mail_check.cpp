// A mail of the shape that we write (RFC 5322, RFC 2045): one plain text, and attachments in base64 in a flat list.
#include <set>

#include "sanitizers/mime/flatten.h"
#include "sanitizers/mime/structure.h"
#include "sanitizers/mime/transfer.h"
#include "sanitizers/verify/checks.h"

namespace mugai::sanitize {

namespace {

void check_header(const Part& root, Objections& found) {
  std::set<std::string> seen;
  for (const Field& field : root.fields) {
    const bool many = field.name == "received" || field.name == "authentication-results" || field.name.starts_with("list-") ||
                      field.name.starts_with("resent-") || field.name == "comments" || field.name == "keywords";
    if (!many && !seen.insert(field.name).second) found.add("duplicate-header");
    for (const char c : field.raw_value)
      if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n') found.add("control-character");
  }
}

// "begin 644 name" at the start of a line: old mail programs make a file of what follows.
bool has_uuencoded(std::string_view text) {
  constexpr std::string_view kBegin = "begin ";
  for (size_t at = 0; at < text.size(); at = std::min(text.find('\n', at), text.size() - 1) + 1) {
    std::string_view line = text.substr(at, 40);
    if (!line.starts_with(kBegin)) continue;
    line.remove_prefix(kBegin.size());
    const size_t digits = std::min(line.find_first_not_of("01234567"), line.size());
    if (digits >= 3 && digits <= 4 && line.substr(digits, 1) == " ") return true;
  }
  return false;
}

}  // namespace

void check_mail(Bytes bytes, const Limits& limits, const LookInside& inside, Objections& found) {
  const Structure structure = parse_structure(bytes, limits);
  // The name of an attachment is written twice, in the way of RFC 2231 and, for old readers, in that of RFC 2047.
  for (const std::string& note : structure.notes)
    if (note != "encoded-word-in-parameter") found.add(note);
  check_header(structure.root, found);
  std::vector<const Part*> parts;
  if (structure.root.kind == Part::Kind::multipart) {
    if (structure.root.media_type() != "multipart/mixed") found.add("unexpected-structure");
    for (const Part& part : structure.root.children) parts.push_back(&part);
  } else {
    parts.push_back(&structure.root);
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    const Part& part = *parts[i];
    if (part.kind != Part::Kind::leaf || !part.other_types.empty()) {
      found.add("unexpected-structure");
      continue;
    }
    StringSink decoded;
    TransferFacts facts;
    if (!decode_content(part, decoded, facts)) return found.add("unexpected-structure");
    if (i == 0) {
      if (part.media_type() != "text/plain") found.add("unexpected-structure");
      check_text(decoded.text, *type_by_id("text"), found);
      if (has_uuencoded(decoded.text)) found.add("unexpected-structure");
      continue;
    }
    const Parameter* name = part.disposition.find("filename");
    if (!name || part.disposition.value != "attachment") found.add("unexpected-structure");
    if (!inside(name ? name->value : "", std::string(part.media_type()), decoded.text)) return;
  }
}

}  // namespace mugai::sanitize
