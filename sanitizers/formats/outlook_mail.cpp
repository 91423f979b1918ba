#include "sanitizers/formats/outlook_mail.h"

#include "sanitizers/detect/ole_directory.h"
#include "sanitizers/detect/text_signs.h"
#include "sanitizers/outlook/mime_writer.h"
#include "sanitizers/outlook/msg_reader.h"
#include "sanitizers/outlook/tnef_reader.h"

namespace mugai::sanitize {
namespace {

Outcome treat(const outlook::Item& item, const Input& input, Sink& out, Context& context) {
  Blob mime(context.workspace);
  outlook::WrittenMessage written;
  if (!outlook::write_mime(item, mime, written) || !mime.finish()) return Outcome::failed("workspace");
  if (written.obstacles.size() > context.profile.limits.max_mime_parts) return Outcome::held("too-many-parts");
  // Each is an item of the report, which many such files in one mail would make too large. They are charged when they are
  // treated; here all or none.
  if (written.all_parts + written.obstacles.size() > context.budget.members) return Outcome::held("too-many-members");
  Outcome outcome = context.sanitize_mail(mime.bytes(), input, out);
  if (!outcome.leaves()) return outcome;
  size_t number = written.parts;
  for (const outlook::Obstacle& one : written.obstacles) {
    Input member;
    member.bytes = one.bytes;
    member.name = one.name;
    member.path = input.path + "/" + std::to_string(++number);
    const bool kept = context.hold_member(member, one.reason);
    if (!kept) return Outcome::failed("workspace");
  }
  return outcome;
}

}  // namespace

Outcome MsgFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  // Other mail programs save what travelled under Outlook's extension.
  if (!input.bytes.empty() && !is_ole(input.bytes) && looks_like_text(input.bytes))
    return context.sanitize_mail(input.bytes, input, out);
  outlook::ItemFile file;
  const outlook::Reading reading = outlook::read_msg(input.bytes, context.workspace, file);
  if (reading == outlook::Reading::no_space) return Outcome::failed("workspace");
  if (reading == outlook::Reading::damaged) return Outcome::held("damaged-mail");
  return treat(file.item, input, out, context);
}

Outcome TnefFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  outlook::Item item;
  if (!outlook::read_tnef(input.bytes, item)) return Outcome::held("damaged-mail");
  return treat(item, input, out, context);
}

}  // namespace mugai::sanitize
