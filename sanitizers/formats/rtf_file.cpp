#include "sanitizers/formats/rtf_file.h"

#include <algorithm>

#include "sanitizers/rtf/rebuild.h"
#include "sanitizers/rtf/text.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {

Outcome RtfFormat::sanitize(const Input& input, Sink& out, Context& context) const { return rtf::rebuild_rtf(input, out, context); }

// Out of the rebuilt one, so that what was taken out on the way is told too.
Outcome RtfFormat::to_text(const Input& input, Sink& out, Context& context) const {
  Blob rebuilt(context.workspace);
  Outcome outcome = rtf::rebuild_rtf(input, rebuilt, context);
  if (!outcome.leaves()) return outcome;
  if (!rebuilt.finish()) return Outcome::failed("workspace");
  const rtf::RtfText text = rtf::text_of_rtf(rebuilt.bytes(), rtf::Stories::all);
  if (text.content.find_first_not_of(" \t\r\n") == text.content.npos) return Outcome::held("no-text-in-document");
  const Scrubbed scrubbed = scrub_body(text.content, context.profile.urls);
  std::string lines = "\xef\xbb\xbf";
  for (const char c : scrubbed.text) {
    if (c == '\n') lines += '\r';
    lines += c;
  }
  if (!out.write(lines)) return Outcome::failed("output");
  outcome.kind = Outcome::Kind::altered;
  outcome.action = Action::text;
  outcome.method = 1;
  outcome.type_out = type_by_id("text");
  outcome.charset_out = "utf-8";
  outcome.removed.insert(outcome.removed.end(), scrubbed.removed.begin(), scrubbed.removed.end());
  return outcome;
}

}  // namespace mugai::sanitize
