#include "sanitizers/office/text_lines.h"

#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {

void TextLines::mark(std::string_view words) {
  if (!line_.empty()) end_line();
  if (!lines_.empty()) lines_ += '\n';
  lines_ += "--- " + std::string(words) + " ---\n\n";
}

void TextLines::text(std::string_view utf8) {
  too_large_ = too_large_ || lines_.size() + line_.size() + utf8.size() > max_bytes_;
  if (too_large_) return;
  for (const char c : utf8) line_ += c == '\n' || c == '\r' ? ' ' : c;
}

void TextLines::end_line() {
  line_.erase(line_.find_last_not_of(" \t") + 1);
  has_words_ = has_words_ || !line_.empty();
  too_large_ = too_large_ || lines_.size() + line_.size() >= max_bytes_;
  if (!too_large_) lines_ += line_ + "\n";
  line_.clear();
}

Outcome TextLines::write(Sink& out, const Context& context) {
  if (!line_.empty()) end_line();
  if (too_large_) return Outcome::held("text-too-large");
  if (!has_words_) return Outcome::held("no-text-in-document");
  Scrubbed scrubbed = scrub_body(lines_, context.profile.urls);
  scrubbed.text.erase(scrubbed.text.find_last_not_of(" \n") + 1);
  std::string written = "\xef\xbb\xbf";
  for (const char c : scrubbed.text) {
    if (c == '\n') written += '\r';
    written += c;
  }
  written += "\r\n";
  if (!out.write(written)) return Outcome::failed("output");
  Outcome outcome;
  outcome.kind = Outcome::Kind::altered;
  outcome.action = Action::text;
  outcome.method = 1;
  outcome.type_out = type_by_id("text");
  outcome.charset_out = "utf-8";
  outcome.removed = scrubbed.removed;
  return outcome;
}

}  // namespace mugai::sanitize
