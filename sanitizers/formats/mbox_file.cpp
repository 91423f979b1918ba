#include "sanitizers/formats/mbox_file.h"

#include <algorithm>
#include <cstdio>

#include "sanitizers/detect/mbox_start.h"
#include "sanitizers/formats/zip_writer.h"
#include "sanitizers/mime/headers.h"
#include "sanitizers/mime/structure.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr std::string_view kFrom = "From ";
constexpr size_t kMaxSubjectBytes = 120;
constexpr size_t kMaxMessages = 2'000;  // each makes some items of the report, whose size is bounded

// The messages, without their first lines.
std::vector<Bytes> split_mbox(Bytes text, size_t max_messages) {
  std::vector<Bytes> messages;
  size_t begin = Bytes::npos;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (is_mbox_start(text, at) && messages.size() + 1 < max_messages) {
      if (begin != Bytes::npos) messages.push_back(text.substr(begin, at - begin));
      begin = std::min(end + 1, text.size());
    }
    at = end + 1;
  }
  if (begin != Bytes::npos) messages.push_back(text.substr(begin));
  return messages;
}

// Lines that begin with ">From " were "From " once. (mboxrd; where nobody quoted, a ">" of an answer is lost at worst.)
[[nodiscard]] bool write_unquoted(Bytes message, Blob& out) {
  size_t from = 0;
  for (size_t at = 0; at < message.size();) {
    const size_t end = std::min(message.find('\n', at), message.size());
    size_t quotes = at;
    while (quotes < end && message[quotes] == '>') ++quotes;
    if (quotes > at && message.substr(quotes, kFrom.size()) == kFrom) {
      if (!out.write(message.substr(from, at - from))) return false;
      from = at + 1;
    }
    at = end + 1;
  }
  return out.write(message.substr(std::min(from, message.size()))) && out.finish();
}

std::string name_of(Bytes message, size_t number) {
  constexpr size_t kHeaderWindow = 64 << 10;
  char count[16];
  std::snprintf(count, sizeof count, "%03zu", number);
  std::string subject =
      subject_of(parse_structure(message.substr(0, kHeaderWindow), Limits()).root).substr(0, kMaxSubjectBytes);
  while (!is_valid_utf8(subject)) subject.pop_back();
  std::replace(subject.begin(), subject.end(), '/', '_');
  std::replace(subject.begin(), subject.end(), '\\', '_');
  std::replace(subject.begin(), subject.end(), '.', '_');
  return subject.empty() ? std::string(count) + ".eml" : std::string(count) + "_" + subject + ".eml";
}

}  // namespace

Outcome MboxFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  const std::vector<Bytes> messages = split_mbox(input.bytes, kMaxMessages + 2);
  if (messages.empty()) return Outcome::held("damaged-mailbox");
  if (messages.size() > std::min<size_t>(context.budget.members, kMaxMessages))
    return Outcome::held("too-many-members");
  if (messages.size() == 1) {
    Blob message(context.workspace);
    if (!write_unquoted(messages.front(), message)) return Outcome::failed("workspace");
    return context.sanitize_mail(message.bytes(), input, out);
  }
  ZipWriter zip(out, context.workspace);
  uint64_t held = 0;
  for (size_t i = 0; i < messages.size(); ++i) {
    Blob message(context.workspace);
    if (!write_unquoted(messages[i], message)) return Outcome::failed("workspace");
    Input member;
    member.bytes = message.bytes();
    member.name = name_of(member.bytes, i + 1);
    member.declared = "message/rfc822";
    member.path = input.path + "/" + std::to_string(i + 1);
    const Member treated = context.sanitize_member(member);
    if (treated.outcome.kind == Outcome::Kind::failed) return Outcome::failed("workspace");
    if (!treated.outcome.leaves())
      ++held;
    else if (!zip.add_file(treated.output_name, treated.blob.bytes()))
      return Outcome::failed("workspace");
  }
  if (zip.members() == 0) return Outcome::held("nothing-left");
  if (!zip.finish()) return Outcome::failed("workspace");
  Outcome outcome;
  outcome.type_out = type_by_id("zip");
  outcome.action = Action::converted;
  outcome.method = 3;
  if (held > 0) outcome.removed.push_back({"held-members", held});
  outcome.kind = held > 0 ? Outcome::Kind::altered : Outcome::Kind::clean;
  return outcome;
}

}  // namespace mugai::sanitize
