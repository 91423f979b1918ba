#include "sanitizers/formats/text_files.h"

#include <algorithm>

#include "sanitizers/formats/csv_cells.h"
#include "sanitizers/formats/text_chunks.h"
#include "sanitizers/formats/xml_check.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {
namespace {

void add(std::vector<Removed>& removed, std::string_view what, uint64_t count) {
  if (count == 0) return;
  const auto found =
      std::find_if(removed.begin(), removed.end(), [&](const Removed& item) { return item.what == what; });
  if (found == removed.end())
    removed.push_back({std::string(what), count});
  else
    found->count += count;
}

std::string_view reason_for(TextChunks::End end) {
  switch (end) {
    case TextChunks::End::too_large:
      return "text-too-large";
    case TextChunks::End::mixed_charsets:
      return "mixed-charsets";
    case TextChunks::End::done:
    case TextChunks::End::not_text:
    case TextChunks::End::sink_failed:
      break;
  }
  return "not-text";
}

}  // namespace

Outcome TextFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  Outcome outcome;
  CsvCells cells;
  std::string_view obstacle;
  const bool neutralise = kind_ == Kind::table && context.profile.csv_formulas == CsvFormulas::neutralise;
  // What an XML file must not contain can stand across pieces, so it is looked at whole.
  if (kind_ == Kind::xml && input.bytes.size() > context.profile.limits.max_text_bytes)
    return Outcome::held("text-too-large");
  std::string whole_xml;

  const TextChunks chunks = edit_text(input.bytes, input.charset, context.profile.limits.max_text_bytes, out,
                                      [&](std::string utf8) {
                                        Scrubbed scrubbed = scrub_file(utf8);
                                        for (const Removed& item : scrubbed.removed)
                                          add(outcome.removed, item.what, item.count);
                                        if (neutralise) return cells.neutralise(scrubbed.text);
                                        if (kind_ != Kind::xml) return std::move(scrubbed.text);
                                        uint64_t stylesheets = 0;
                                        std::string text = without_stylesheets(scrubbed.text, stylesheets);
                                        add(outcome.removed, "stylesheet", stylesheets);
                                        whole_xml += text;
                                        return text;
                                      });
  if (chunks.end == TextChunks::End::sink_failed) return Outcome::failed("output");
  if (chunks.end != TextChunks::End::done) return Outcome::held(std::string(reason_for(chunks.end)));
  if (kind_ == Kind::xml) obstacle = xml_obstacle(whole_xml);
  if (!obstacle.empty()) return Outcome::held(std::string(obstacle));

  add(outcome.removed, "formula", cells.formulas());
  add(outcome.removed, "dde", cells.dde());
  if (chunks.charset_changed) outcome.reasons.push_back("charset-changed");
  if (chunks.replaced) outcome.reasons.push_back("undecodable-characters");
  outcome.action = Action::rebuilt;
  outcome.method = 3;
  outcome.type_out = input.type;
  outcome.charset_out = chunks.charset_changed ? "utf-8" : chunks.charset;
  outcome.kind = outcome.removed.empty() && outcome.reasons.empty() ? Outcome::Kind::clean : Outcome::Kind::altered;
  return outcome;
}

}  // namespace mugai::sanitize
