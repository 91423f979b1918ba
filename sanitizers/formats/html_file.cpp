#include "sanitizers/formats/html_file.h"

#include <algorithm>

#include "sanitizers/text/charset.h"
#include "sanitizers/text/html_text.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {
namespace {

std::string picture_mark(std::string_view, std::string_view alt) {
  return alt.empty() ? "[画像]" : "[画像: " + std::string(alt) + "]";
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (const char c : text) {
    if (c == '\n') out.push_back('\r');
    out.push_back(c);
  }
  return out;
}

}  // namespace

Outcome HtmlFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  if (input.bytes.size() > context.profile.limits.max_text_bytes) return Outcome::held("text-too-large");
  const std::string charset = input.charset.empty() ? html_meta_charset(input.bytes) : input.charset;
  const DecodedText decoded = decode_text(input.bytes, charset);
  HtmlOptions options;
  options.image_mark = picture_mark;
  HtmlText html = html_to_text(decoded.utf8, options);
  Scrubbed scrubbed = scrub_body(html.text, context.profile.urls);
  if (!out.write("\xef\xbb\xbf") || !out.write(with_crlf(scrubbed.text))) return Outcome::failed("output");

  Outcome outcome;
  outcome.kind = Outcome::Kind::altered;
  outcome.action = Action::text;
  outcome.method = 1;
  outcome.type_out = type_by_id("text");
  outcome.charset_out = "utf-8";
  outcome.reasons = std::move(html.notes);
  if (decoded.lossy) outcome.reasons.push_back("undecodable-characters");
  outcome.removed = std::move(html.removed);
  outcome.removed.insert(outcome.removed.end(), scrubbed.removed.begin(), scrubbed.removed.end());
  return outcome;
}

}  // namespace mugai::sanitize
