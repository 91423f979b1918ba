#include <algorithm>

#include "sanitizers/convert/pdf_methods.h"
#include "sanitizers/text/scrub.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {

namespace {

constexpr char kPageEnd = '\f';

std::vector<std::string_view> pages_of(std::string_view text) {
  std::vector<std::string_view> pages;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(kPageEnd, at), text.size());
    pages.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return pages;
}

void add_removed(std::vector<Removed>& all, const std::vector<Removed>& more) {
  for (const Removed& one : more) {
    const auto known = std::find_if(all.begin(), all.end(), [&](const Removed& item) { return item.what == one.what; });
    if (known == all.end()) all.push_back(one);
    else known->count += one.count;
  }
}

// The ends of lines that Windows wants; blank lines at the end of a page say nothing.
std::string as_lines(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(" \n") + 1);
  std::string out;
  for (const char c : text) {
    if (c == '\n') out.push_back('\r');
    out.push_back(c);
  }
  return out;
}

}  // namespace

Outcome conversion_problem(Converted how) {
  switch (how) {
    case Converted::unavailable: return Outcome::held("converter-missing");
    case Converted::timed_out: return Outcome::held("converter-timeout");
    case Converted::too_large: return Outcome::held("converted-too-large");
    case Converted::sink_failed: return Outcome::failed("workspace");
    case Converted::failed:
    case Converted::ok: break;
  }
  return Outcome::held("converter-failed");
}

Outcome pdf_to_text(Bytes pdf, Sink& out, Context& context) {
  if (!context.converter) return conversion_problem(Converted::unavailable);
  const Limits& limits = context.profile.limits;
  StringSink text;
  const Conversion conversion = Conversion::text(Tool::pdf_text, 1, limits.max_document_pages + 1);
  const Converted how = context.converter->convert(conversion, pdf, limits.max_text_bytes, text);
  if (how == Converted::too_large) return Outcome::held("text-too-large");
  if (how != Converted::ok) return conversion_problem(how);
  if (!is_valid_utf8(text.text)) return conversion_problem(Converted::failed);
  const std::vector<std::string_view> pages = pages_of(text.text);
  if (pages.size() > limits.max_document_pages) return Outcome::held("too-many-pages");

  Outcome outcome;
  size_t empty = 0;
  std::string written = "\xef\xbb\xbf";
  for (size_t i = 0; i < pages.size(); ++i) {
    Scrubbed page = scrub_body(pages[i], context.profile.urls);
    const std::string lines = as_lines(page.text);
    if (lines.empty()) ++empty;
    add_removed(outcome.removed, page.removed);
    written += "--- " + std::to_string(i + 1) + " / " + std::to_string(pages.size()) + " ---\r\n\r\n" + lines + (lines.empty() ? "" : "\r\n\r\n");
  }
  if (empty == pages.size()) return Outcome::held("no-text-in-document");
  if (!out.write(written)) return Outcome::failed("output");
  if (empty > 0) outcome.removed.push_back({"page-without-text", empty});
  outcome.kind = Outcome::Kind::altered;
  outcome.action = Action::text;
  outcome.method = 1;
  outcome.type_out = type_by_id("text");
  outcome.charset_out = "utf-8";
  return outcome;
}

}  // namespace mugai::sanitize
