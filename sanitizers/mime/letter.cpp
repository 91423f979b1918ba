#include "sanitizers/mime/letter.h"

#include "sanitizers/mime/notice.h"
#include "sanitizers/mime/readings.h"
#include "sanitizers/mime/same_text.h"
#include "sanitizers/mime/transfer.h"
#include "sanitizers/text/charset.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {

namespace {

void add_unique(std::vector<std::string>& list, std::string_view id) {
  if (std::find(list.begin(), list.end(), id) == list.end()) list.emplace_back(id);
}

// "http://x/a/logo.png?v=2" and "a.files/logo.png" -> "logo.png"
std::string_view last_part(std::string_view location) {
  location = location.substr(0, location.find_first_of("?#"));
  const size_t slash = location.find_last_of("/\\");
  return slash == std::string_view::npos ? location : location.substr(slash + 1);
}

std::string location_of(const Part& part) {
  const Field* field = part.find("content-location");
  return field ? decode_header_text(field->raw_value) : std::string();
}

// Pictures of a web archive have no names, but places. A place that claims something else than a picture names nothing.
std::string name_by_location(const Part& part) {
  const std::string location = location_of(part);
  const std::string_view name = last_part(location);
  const size_t dot = name.rfind('.');
  const Type* declared = type_by_media_type(part.media_type());
  const bool fits = dot != std::string_view::npos && declared && declared->media_type.starts_with("image/") &&
                    type_by_extension(name.substr(dot + 1)) == declared;
  return fits ? std::string(name) : std::string();
}

// Each part of a mail inside is an item of the report, which many such mails would make too large; so is each file that
// stands uuencoded in a text.
void charge(size_t count, Flattener& flattener, Budget& budget) {
  if (!flattener.hold.empty()) return;
  if (count > budget.members)
    flattener.hold = "too-many-members";
  else
    budget.members -= static_cast<uint32_t>(count);
}

// The first line keeps anybody from taking the text for a mail, ourselves included.
constexpr std::string_view kForwarded = "[転送されたメール / Forwarded message]\n";

}  // namespace

Letter::Letter(Surroundings around, std::string path_prefix)
    : around_(around), path_prefix_(std::move(path_prefix)),
      flattener_(around.tools.workspace, around.profile.limits),
      treater_(around, *this, items_) {}

bool Letter::treat(Bytes untrusted_message) {
  FlatMessage flat;
  if (!flattener_.flatten(untrusted_message, flat, path_prefix_)) return false;
  header_ = rebuild_header(*flat.message, around_.profile);
  if (!path_prefix_.empty()) charge(flattener_.parts(), flattener_, around_.budget);
  if (!flattener_.hold.empty()) return true;
  if (!treat_entries(flat) || !render_texts(flat, body_, body_items_)) return false;
  charge(uuencoded_.size(), flattener_, around_.budget);
  if (!flattener_.hold.empty()) return true;
  if (!treat_uuencoded()) return false;
  settle_opened(0, body_);
  add_summaries();
  return true;
}

std::vector<Item> Letter::items() const {
  std::vector<Item> all = body_items_;
  all.insert(all.end(), items_.begin(), items_.end());
  return all;
}

std::vector<std::string> Letter::notes() const {
  std::vector<std::string> all = flattener_.notes;
  for (const std::string& one : header_.notes) add_unique(all, one);
  return all;
}

std::vector<const Piece*> Letter::pieces() const {
  std::vector<const Piece*> leaving;
  for (const Piece& piece : pieces_)
    if (piece.leaves) leaving.push_back(&piece);
  return leaving;
}

void Letter::forget_content() {
  body_.clear();
  body_items_.clear();
  items_.clear();
  pieces_.clear();
}

bool Letter::treat_entries(const FlatMessage& flat) {
  for (const Signature& signature : flat.signatures) signatures_.push_back(signature);
  for (const Entry& entry : flat.entries) {
    if (entry.nested ? !treat_nested(entry) : !treat_leaf(entry)) return false;
  }
  return true;
}

bool Letter::treat_leaf(const Entry& entry) {
  Blob decoded(around_.tools.workspace);
  Untreated untreated;
  std::vector<std::string> odd;
  if (!read_part(*entry.part, decoded, untreated, odd)) return false;
  for (const std::string& one : odd) add_unique(flattener_.notes, one);
  untreated.path = entry.path;
  untreated.hold = entry.hold;
  if (untreated.names.empty())
    if (std::string name = name_by_location(*entry.part); !name.empty()) untreated.names.push_back(std::move(name));
  Piece& piece = new_piece();
  if (!treater_.treat(untreated, piece)) return false;
  if (const Field* id = entry.part->find("content-id"); id && piece.leaves)
    cid_names_.emplace(clean_id(id->raw_value), piece.item.output_name);
  if (const std::string location = location_of(*entry.part); !location.empty() && piece.leaves) {
    location_names_.emplace(location, piece.item.output_name);
    location_names_.emplace(last_part(location), piece.item.output_name);
  }
  return true;
}

// The name of the piece that HTML refers to: by Content-ID, or in a web archive by its place (RFC 2557 §5). Word writes
// places as they were on its disk, and refers to them from the page's folder.
std::string Letter::picture_name(std::string_view reference) const {
  if (const auto found = cid_names_.find(clean_id(reference)); found != cid_names_.end()) return found->second;
  if (const auto found = location_names_.find(std::string(reference)); found != location_names_.end()) return found->second;
  if (location_names_.empty() || reference.find(':') != std::string_view::npos) return {};
  const auto found = location_names_.find(std::string(last_part(reference)));
  return found == location_names_.end() ? std::string() : found->second;
}

// A forwarded mail: what it contains comes beside it, its text comes as a text file named after its subject.
bool Letter::treat_nested(const Entry& entry) {
  const size_t place = items_.size();
  items_.emplace_back();
  Piece& piece = new_piece();
  Outcome outcome;
  if (!write_forwarded(*entry.nested, outcome, piece.blob) || !piece.blob.finish()) return false;
  Item& item = piece.item;
  item.path = entry.path;
  item.name = subject_of(*entry.nested->message);
  item.declared = "message/rfc822";
  item.detected = "eml";
  item.action = outcome.action;
  item.method = outcome.method;
  item.reasons = outcome.reasons;
  item.removed = outcome.removed;
  item.size_in = entry.part->content.size();
  item.sha256_in = sha256_hex(entry.part->content);
  std::vector<std::string> changed;
  item.output_name = safe_name((item.name.empty() ? "転送メール" : item.name) + ".txt", *outcome.type_out, changed);
  item.size_out = piece.blob.size();
  item.sha256_out = sha256_hex(piece.blob.bytes());
  piece.type = outcome.type_out;
  piece.charset = outcome.charset_out;
  piece.leaves = true;
  items_[place] = item;
  return true;
}

// The pieces of `nested` become pieces of this letter, its text goes to `out`.
bool Letter::write_forwarded(const FlatMessage& nested, Outcome& outcome, Sink& out, std::string* text_out) {
  const size_t first_opened = opened_.size();
  if (!treat_entries(nested)) return false;
  std::string text;
  std::vector<Item> text_items;
  if (!render_texts(nested, text, text_items)) return false;
  settle_opened(first_opened, text);
  if (text_out) *text_out = text;
  outcome.kind = Outcome::Kind::clean;
  outcome.action = Action::text;
  outcome.method = 1;
  outcome.type_out = type_by_id("text");
  outcome.charset_out = "utf-8";
  for (const Item& one : text_items) {
    for (const std::string& reason : one.reasons) add_unique(outcome.reasons, reason);
    outcome.removed.insert(outcome.removed.end(), one.removed.begin(), one.removed.end());
  }
  return out.write(kForwarded) &&
         out.write(scrub_body(header_as_text(*nested.message), around_.profile.urls).text) && out.write("\n") &&
         out.write(text);
}

Outcome Letter::treat_mail(Bytes untrusted_message, const Input& input, bool in_container, Sink& out) {
  if (in_container) return rebuild_inner_mail(untrusted_message, input, around_, items_, out);
  Flattener flattener(around_.tools.workspace, around_.profile.limits);
  FlatMessage flat;
  if (!flattener.flatten(untrusted_message, flat, input.path + "/")) return Outcome::failed("workspace");
  charge(flattener.parts(), flattener, around_.budget);
  if (!flattener.hold.empty()) return Outcome::held(flattener.hold);
  for (const std::string& one : flattener.notes) add_unique(flattener_.notes, one);
  Outcome outcome;
  std::string text;
  if (!write_forwarded(flat, outcome, out, &text)) return Outcome::failed("workspace");
  if (input.type->id == "tnef") opened_.push_back({input.path, std::move(text)});
  return outcome;
}

// Outlook puts a mail's text into winmail.dat as well. What `body` says already, or does not say at all, is not left as a
// file beside it: the file was opened, and what else it held is attached.
void Letter::settle_opened(size_t first, std::string& body) {
  for (size_t i = first; i < opened_.size(); ++i) {
    const bool is_the_text = says_nothing(body);
    if (!is_the_text && !repeats(opened_[i].text, body)) continue;
    if (is_the_text && !opened_[i].text.empty()) body = opened_[i].text;
    const auto withdraw = [](Item& item) {
      item.action = Action::removed;
      item.method = 0;
      item.output_name.clear();
      item.size_out = 0;
      item.sha256_out.clear();
      add_unique(item.reasons, "opened");
    };
    for (Piece& piece : pieces_)
      if (piece.item.path == opened_[i].path) {
        withdraw(piece.item);
        piece.leaves = false;
      }
    for (Item& item : items_)
      if (item.path == opened_[i].path) withdraw(item);
  }
  opened_.resize(first);
}

bool Letter::render_texts(const FlatMessage& flat, std::string& body, std::vector<Item>& items) {
  const auto image_name = [this](std::string_view reference) { return picture_name(reference); };
  for (const TextSegment& segment : flat.texts) {
    BodyText text;
    if (!render_text(segment, around_.profile, image_name, text)) return false;
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
void Letter::mark_pictures(const BodyText& text, std::string& body) const {
  for (const std::string& cid : text.cids)
    if (const auto found = cid_names_.find(clean_id(cid)); found != cid_names_.end())
      body += scrub_body(picture_mark(found->second) + "\n", around_.profile.urls).text;
}

bool Letter::treat_uuencoded() {
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

// An invitation is read where people read. What stands there already, since a mail of ours comes by again, is not said
// twice.
void Letter::add_summaries() {
  for (const Piece& piece : pieces_) {
    if (!piece.leaves || piece.summary.empty()) continue;
    std::string text = scrub_body(piece.summary, around_.profile.urls).text;
    indent_uuencoded(text);   // a description is a text of the sender's, and mail programs find files in texts
    if (body_.find(text) != std::string::npos) continue;
    if (!body_.empty()) body_ += body_.back() == '\n' ? "\n" : "\n\n";
    body_ += text;
  }
}

Outcome rebuild_inner_mail(Bytes untrusted_message, const Input& input, Surroundings around, std::vector<Item>& items,
                           Sink& out) {
  Letter letter(around, input.path + "/");
  if (!letter.treat(untrusted_message)) return Outcome::failed("workspace");
  if (!letter.hold().empty()) return Outcome::held(letter.hold());
  Report report;   // of this mail alone, for its notice: without an id, since items are numbered in the whole report
  report.items = letter.items();
  report.notes = letter.notes();
  const std::string notice = write_notice(report, letter.signatures(), around.profile);
  Composition message;
  message.header = letter.header().trace + letter.header().fields;
  message.body = with_notice(letter.body(), notice, around.profile);
  message.pieces = letter.pieces();
  message.boundary_id = "inner";
  message.traced = false;
  if (!write_message(message, out)) return Outcome::failed("workspace");
  items.insert(items.end(), report.items.begin(), report.items.end());
  Outcome outcome;
  outcome.kind = Outcome::Kind::clean;
  outcome.type_out = type_by_id("eml");
  outcome.action = input.type == outcome.type_out ? Action::rebuilt : Action::converted;
  outcome.method = 3;
  return outcome;
}

}  // namespace mugai::sanitize
