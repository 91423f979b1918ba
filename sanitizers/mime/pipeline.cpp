#include "sanitizers/mime/pipeline.h"

#include <deque>

#include "sanitizers/mime/body_text.h"
#include "sanitizers/mime/compose.h"
#include "sanitizers/mime/flatten.h"
#include "sanitizers/mime/headers.h"
#include "sanitizers/mime/notice.h"
#include "sanitizers/mime/readings.h"
#include "sanitizers/mime/transfer.h"
#include "sanitizers/text/charset.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {

namespace {

constexpr std::string_view kVersion = "1";   // of the output shape, for Mugai-Result

void add_unique(std::vector<std::string>& list, std::string_view id) {
  if (std::find(list.begin(), list.end(), id) == list.end()) list.emplace_back(id);
}

Error out_of_resources() {
  return {"pipeline.resources", "the message could not be treated now; it will be tried again", "workspace or output"};
}

// A report stays small whatever a sender writes: more than any file system takes for a name is cut off.
void bound(std::string& utf8) {
  constexpr size_t kMaxReportedBytes = 500;
  if (utf8.size() <= kMaxReportedBytes) return;
  size_t end = kMaxReportedBytes;
  while (end > 0 && (byte_at(utf8, end) & 0xC0) == 0x80) --end;
  utf8.resize(end);
}

void bound_texts(Report& report) {
  bound(report.subject);
  for (Item& item : report.items) {
    bound(item.name);
    bound(item.declared);
  }
}

// Held and changed pieces decide the verdict; what every mail goes through (a rebuilt header) does not.
Verdict verdict_of(const Item& item) {
  switch (item.action) {
    case Action::held:
    case Action::locked: return Verdict::held;
    case Action::removed: return Verdict::altered;
    case Action::rebuilt:
    case Action::converted:
    case Action::text:
    case Action::image: return item.removed.empty() && item.reasons.empty() ? Verdict::clean : Verdict::altered;
  }
  return Verdict::held;
}

// One message on its way through. Lives for one call of rebuild_message().
class Rebuild {
 public:
  Rebuild(Bytes original, const Profile& profile, const MessageRequest& request, const Tools& tools)
      : original_(original), profile_(profile), request_(request), tools_(tools),
        flattener_(tools.workspace, profile.limits),
        budget_{profile.limits.max_expanded_bytes, profile.limits.max_archive_members, 0},
        treater_(profile, tools.identifier, tools.workspace, budget_, request.passwords, tools.held, items_) {
    report_.id = request.id;
    report_.profile = profile.name;
  }

  Result<Report> run(Sink& out) {
    FlatMessage flat;
    if (!flattener_.flatten(original_, flat)) return out_of_resources();
    header_ = rebuild_header(*flat.message, profile_);
    report_.subject = header_.subject;
    if (flattener_.hold.empty()) {
      if (!treat_entries(flat) || !render_texts(flat, body_, body_items_)) return out_of_resources();
      if (!treat_uuencoded()) return out_of_resources();
    } else if (!hold_all(flattener_.hold)) {
      return out_of_resources();
    }
    finish_report();
    if (estimate_size(composition()) > profile_.max_output_bytes && flattener_.hold.empty()) {
      if (!hold_all("output-too-large")) return out_of_resources();
      finish_report();
    }
    return write_message(composition(), out) ? Result<Report>(report_) : Result<Report>(out_of_resources());
  }

 private:
  // The message does not leave; its recipient gets the header and the notice, the original is kept whole.
  bool hold_all(const std::string& reason) {
    body_.clear();
    body_items_.clear();
    items_.clear();
    pieces_.clear();
    Item item;
    item.path = "0";
    item.name = report_.subject.empty() ? "message.eml" : report_.subject + ".eml";
    item.declared = "message/rfc822";
    item.detected = "eml";
    item.action = Action::held;
    item.reasons = {reason};
    item.size_in = original_.size();
    item.sha256_in = sha256_hex(original_);
    items_.push_back(item);
    return tools_.held.keep(item, original_);
  }

  bool treat_entries(const FlatMessage& flat) {
    for (const Signature& signature : flat.signatures) signatures_.push_back(signature);
    for (const Entry& entry : flat.entries) {
      if (entry.nested ? !treat_nested(entry) : !treat_leaf(entry)) return false;
    }
    return true;
  }

  bool treat_leaf(const Entry& entry) {
    Blob decoded(tools_.workspace);
    Untreated untreated;
    std::vector<std::string> odd;
    if (!read_part(*entry.part, decoded, untreated, odd)) return false;
    for (const std::string& one : odd) add_unique(flattener_.notes, one);
    untreated.path = entry.path;
    untreated.hold = entry.hold;
    Piece& piece = new_piece();
    if (!treater_.treat(untreated, piece)) return false;
    if (const Field* id = entry.part->find("content-id"); id && piece.leaves)
      cid_names_.emplace(clean_id(id->raw_value), piece.item.output_name);
    return true;
  }

  // A forwarded mail: what it contains comes beside it, its text comes as a text file named after its subject.
  bool treat_nested(const Entry& entry) {
    const FlatMessage& nested = *entry.nested;
    const size_t place = items_.size();
    items_.emplace_back();
    Piece& piece = new_piece();
    if (!treat_entries(nested)) return false;
    std::string text;
    std::vector<Item> text_items;
    if (!render_texts(nested, text, text_items)) return false;
    Item& item = piece.item;
    item.path = entry.path;
    item.name = subject_of(*nested.message);
    item.declared = "message/rfc822";
    item.detected = "eml";
    item.action = Action::text;
    item.method = 1;
    item.size_in = entry.part->content.size();
    item.sha256_in = sha256_hex(entry.part->content);
    for (const Item& one : text_items) {
      for (const std::string& reason : one.reasons) add_unique(item.reasons, reason);
      item.removed.insert(item.removed.end(), one.removed.begin(), one.removed.end());
    }
    std::vector<std::string> changed;
    const Type* type = type_by_id("text");
    item.output_name = safe_name((item.name.empty() ? "転送メール" : item.name) + ".txt", *type, changed);
    // The first line keeps anybody from taking the text for a mail, ourselves included.
    if (!piece.blob.write("[転送されたメール / Forwarded message]\n") ||
        !piece.blob.write(scrub_body(header_as_text(*nested.message), profile_.urls).text) || !piece.blob.write("\n") || !piece.blob.write(text) ||
        !piece.blob.finish())
      return false;
    item.size_out = piece.blob.size();
    item.sha256_out = sha256_hex(piece.blob.bytes());
    piece.media_type = type->media_type;
    piece.charset = "utf-8";
    piece.leaves = true;
    items_[place] = item;
    return true;
  }

  bool render_texts(const FlatMessage& flat, std::string& body, std::vector<Item>& items) {
    const auto image_name = [this](std::string_view cid) {
      const auto found = cid_names_.find(clean_id(cid));
      return found == cid_names_.end() ? std::string() : found->second;
    };
    for (const TextSegment& segment : flat.texts) {
      BodyText text;
      if (!render_text(segment, profile_, image_name, text)) return false;
      Item item;
      item.path = segment.path;
      item.declared = text.from_html ? "text/html" : "text/plain";
      item.detected = text.from_html ? "html" : "text";
      item.action = Action::text;
      item.method = 1;
      item.reasons = text.reasons;
      item.removed = text.removed;
      for (const std::string& one : text.notes) add_unique(item.reasons, one);
      item.size_in = text.size_in;
      item.size_out = text.text.size();
      item.sha256_out = sha256_hex(text.text);
      items.push_back(std::move(item));
      if (!body.empty() && !text.text.empty()) body += "\n";
      body += text.text;
      if (!text.from_html) mark_pictures(text, body);
      for (UuBlock& file : text.files) uuencoded_.emplace_back(segment.path, std::move(file));
    }
    return true;
  }

  // The plain form of a text does not say where its HTML form showed pictures: they are named below it.
  void mark_pictures(const BodyText& text, std::string& body) const {
    for (const std::string& cid : text.cids)
      if (const auto found = cid_names_.find(clean_id(cid)); found != cid_names_.end())
        body += scrub_body(picture_mark(found->second) + "\n", profile_.urls).text;
  }

  bool treat_uuencoded() {
    for (size_t i = 0; i < uuencoded_.size(); ++i) {
      const auto& [path, file] = uuencoded_[i];
      Untreated untreated;
      untreated.bytes = file.data;
      untreated.path = path + "/" + std::to_string(i + 1);
      untreated.names = {decode_short(file.name).utf8};
      if (!treater_.treat(untreated, new_piece())) return false;
    }
    return true;
  }

  Piece& new_piece() { return pieces_.emplace_back(Piece{{}, Blob(tools_.workspace), {}, {}, false}); }

  void finish_report() {
    report_.items = body_items_;
    report_.items.insert(report_.items.end(), items_.begin(), items_.end());
    report_.notes = flattener_.notes;
    for (const std::string& one : header_.notes) add_unique(report_.notes, one);
    bound_texts(report_);
    report_.verdict = Verdict::clean;
    for (const Item& item : report_.items) report_.raise(verdict_of(item));
    if (!signatures_.empty() || warns(report_)) report_.raise(Verdict::altered);
  }

  std::string header() const {
    std::string out;
    if (!request_.received.empty()) out += encode_header("Received", request_.received);
    out += header_.trace;
    for (const Signature& signature : signatures_)
      if (signature.kind == "smime" && signature.result != "none" && !request_.hostname.empty())
        out += "Authentication-Results: " + request_.hostname + "; smime=" + signature.result + "\r\n";
    out += "Mugai-Result: " + std::string(to_string(report_.verdict)) + "; v=" + std::string(kVersion) +
           "; profile=" + profile_.name + "; id=" + request_.id + "\r\n";
    return out + header_.fields;
  }

  Composition composition() const {
    Composition message;
    message.header = header();
    const std::string notice = write_notice(report_, signatures_, profile_);
    const char* gap = notice.empty() || body_.empty() ? "" : "\n";
    message.body = profile_.notice_place == NoticePlace::top ? notice + gap + body_ : body_ + gap + notice;
    for (const Piece& piece : pieces_)
      if (piece.leaves) message.pieces.push_back(&piece);
    message.boundary_id = request_.id;
    return message;
  }

  Bytes original_;
  const Profile& profile_;
  const MessageRequest& request_;
  const Tools& tools_;
  Flattener flattener_;
  Budget budget_;
  std::vector<Item> items_, body_items_;
  PieceTreater treater_;
  std::deque<Piece> pieces_;
  std::vector<Signature> signatures_;
  std::map<std::string, std::string> cid_names_;
  std::vector<std::pair<std::string, UuBlock>> uuencoded_;
  RebuiltHeader header_;
  std::string body_;
  Report report_;
};

}  // namespace

Result<Report> rebuild_message(Bytes untrusted_original, const Profile& profile, const MessageRequest& request,
                               const Tools& tools, Sink& out) {
  return Rebuild(untrusted_original, profile, request, tools).run(out);
}

Result<Report> rebuild_file(Bytes untrusted_original, const Profile& profile, const FileRequest& request,
                            const Tools& tools, Sink& out) {
  Report report;
  report.id = request.id;
  report.profile = profile.name;
  Budget budget{profile.limits.max_expanded_bytes, profile.limits.max_archive_members, 0};
  PieceTreater treater(profile, tools.identifier, tools.workspace, budget, request.passwords, tools.held, report.items);
  Untreated untreated;
  untreated.bytes = untrusted_original;
  untreated.path = "1";
  untreated.names = {request.name};
  Piece piece{{}, Blob(tools.workspace), {}, {}, false};
  if (!treater.treat(untreated, piece)) return out_of_resources();
  if (piece.leaves && piece.blob.size() > profile.max_output_bytes) {
    Item& item = report.items.front();
    item.action = Action::held;
    item.reasons.emplace_back("output-too-large");
    item.output_name.clear();
    item.method = 0;
    piece.leaves = false;
    if (!tools.held.keep(item, untrusted_original)) return out_of_resources();
  }
  bound_texts(report);
  for (const Item& item : report.items) report.raise(verdict_of(item));
  if (!piece.leaves) report.raise(Verdict::held);
  if (piece.leaves && !out.write(piece.blob.bytes())) return out_of_resources();
  return report;
}

}  // namespace mugai::sanitize
