#include "sanitizers/mime/pipeline.h"

#include "sanitizers/mime/letter.h"
#include "sanitizers/mime/notice.h"

namespace mugai::sanitize {

namespace {

constexpr std::string_view kVersion = "1";   // of the output shape, for Mugai-Result

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

// The message that came: one letter, and the report and trace fields around it. Lives for one call.
class Rebuild {
 public:
  Rebuild(Bytes original, const Profile& profile, const MessageRequest& request, const Tools& tools)
      : original_(original), profile_(profile), request_(request), tools_(tools),
        budget_{profile.limits.max_expanded_bytes, profile.limits.max_archive_members, 0},
        letter_({profile, tools, budget_, request.passwords}, "") {
    report_.id = request.id;
    report_.profile = profile.name;
  }

  Result<Report> run(Sink& out) {
    if (!letter_.treat(original_)) return out_of_resources();
    report_.subject = letter_.header().subject;
    report_.message_id = letter_.header().message_id;
    if (!letter_.hold().empty()) {
      if (!hold_all(letter_.hold())) return out_of_resources();
    } else {
      finish_report(letter_.items());
      if (estimate_size(composition()) > profile_.max_output_bytes && !hold_all("output-too-large"))
        return out_of_resources();
    }
    return write(out) ? Result<Report>(report_) : Result<Report>(out_of_resources());
  }

 private:
  [[nodiscard]] bool write(Sink& out) const {
    if (request_.links.size() < 2 || !request_.head_sizes || report_.verdict != Verdict::held)
      return write_message(composition(request_.links.empty() ? "" : request_.links.front()), out);
    for (const std::string& link : request_.links) {
      StringSink head;
      if (!write_head(composition(link), head) || !out.write(head.text)) return false;
      request_.head_sizes->push_back(head.text.size());
    }
    return write_tail(composition(""), out);
  }

  // The message does not leave; its recipient gets the header and the notice, the original is kept whole.
  bool hold_all(const std::string& reason) {
    letter_.forget_content();
    Item item;
    item.path = "0";
    item.name = report_.subject.empty() ? "message.eml" : report_.subject + ".eml";
    item.declared = "message/rfc822";
    item.detected = "eml";
    item.action = Action::held;
    item.reasons = {reason};
    item.size_in = original_.size();
    item.sha256_in = sha256_hex(original_);
    finish_report({item});
    return tools_.held.keep(item, original_);
  }

  void finish_report(std::vector<Item> items) {
    report_.items = std::move(items);
    report_.notes = letter_.notes();
    bound_texts(report_);
    report_.verdict = Verdict::clean;
    for (const Item& item : report_.items) report_.raise(verdict_of(item));
    if (!letter_.signatures().empty() || warns(report_)) report_.raise(Verdict::altered);
  }

  std::string header() const {
    std::string out;
    if (!request_.received.empty()) out += encode_header("Received", request_.received);
    out += letter_.header().trace;
    for (const Signature& signature : letter_.signatures())
      if (signature.kind == "smime" && signature.result != "none" && !request_.hostname.empty())
        out += "Authentication-Results: " + request_.hostname + "; smime=" + signature.result + "\r\n";
    out += "Mugai-Result: " + std::string(to_string(report_.verdict)) + "; v=" + std::string(kVersion) +
           "; profile=" + profile_.name + "; id=" + request_.id + "\r\n";
    return out + letter_.header().fields;
  }

  Composition composition(const std::string& link = "") const {
    Composition message;
    message.header = header();
    message.body = with_notice(letter_.body(), write_notice(report_, letter_.signatures(), profile_, link), profile_);
    message.pieces = letter_.pieces();
    message.boundary_id = request_.id;
    return message;
  }

  Bytes original_;
  const Profile& profile_;
  const MessageRequest& request_;
  const Tools& tools_;
  Budget budget_;
  Letter letter_;
  Report report_;
};

// A file that is a mail, or has mails in it, outside of any mail.
class LooseMails : public MailTreater {
 public:
  LooseMails(Surroundings around, std::vector<Item>& items) : around_(around), items_(items) {}
  Outcome treat_mail(Bytes untrusted_message, const Input& input, bool, Sink& out) override {
    return rebuild_inner_mail(untrusted_message, input, around_, items_, out);
  }

 private:
  Surroundings around_;
  std::vector<Item>& items_;
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
  const Surroundings around{profile, tools, budget, request.passwords};
  LooseMails mails(around, report.items);
  PieceTreater treater(around, mails, report.items);
  Untreated untreated;
  untreated.bytes = untrusted_original;
  untreated.path = "1";
  untreated.names = {request.name};
  Piece piece(tools.workspace);
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
