#include "sanitizers/formats/text_files.h"

#include <algorithm>

#include "sanitizers/formats/cad_check.h"
#include "sanitizers/formats/csv_cells.h"
#include "sanitizers/formats/json_check.h"
#include "sanitizers/formats/text_chunks.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {

void count_removed(std::vector<Removed>& removed, std::string_view what, uint64_t count) {
  if (count == 0) return;
  const auto found =
      std::find_if(removed.begin(), removed.end(), [&](const Removed& item) { return item.what == what; });
  if (found == removed.end())
    removed.push_back({std::string(what), count});
  else
    found->count += count;
}

namespace {

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

// What a kind of text has beside being text: it sees every piece, and is asked at the end.
class Kinds {
 public:
  Kinds(TextFormat::Kind kind, const Profile& profile)
      : kind_(kind), neutralise_(profile.csv_formulas == CsvFormulas::neutralise) {}

  std::string edit(std::string text) {
    switch (kind_) {
      case TextFormat::Kind::plain: break;
      case TextFormat::Kind::table: return neutralise_ ? cells_.neutralise(text) : text;
      case TextFormat::Kind::dxf: return drawing_.edit(text);
      case TextFormat::Kind::step: step_.read(text); break;
      case TextFormat::Kind::json: json_.read(text); break;
    }
    return text;
  }

  // Empty, or why the file is held.
  std::string_view obstacle() const {
    if (kind_ == TextFormat::Kind::dxf) return drawing_.obstacle();
    if (kind_ == TextFormat::Kind::step && !step_.is_complete()) return "broken-drawing";
    if (kind_ == TextFormat::Kind::json && json_.verdict() == JsonCheck::Verdict::too_deep)
      return "json-too-deep";
    return {};
  }

  bool is_no_json() const {
    return kind_ == TextFormat::Kind::json && json_.verdict() == JsonCheck::Verdict::not_json;
  }

  void count(Outcome& outcome) const {
    count_removed(outcome.removed, "formula", cells_.formulas());
    count_removed(outcome.removed, "dde", cells_.dde());
    count_removed(outcome.removed, "external-path", drawing_.paths());
  }

 private:
  TextFormat::Kind kind_;
  bool neutralise_;
  CsvCells cells_;
  DxfEditor drawing_;
  StepCheck step_;
  JsonCheck json_;
};

}  // namespace

Outcome text_problem(const TextChunks& chunks) {
  if (chunks.end == TextChunks::End::sink_failed) return Outcome::failed("output");
  return Outcome::held(std::string(reason_for(chunks.end)));
}

void finish_text(const TextChunks& chunks, const Type* type, Outcome& outcome) {
  if (chunks.charset_changed) outcome.reasons.push_back("charset-changed");
  if (chunks.replaced) outcome.reasons.push_back("undecodable-characters");
  outcome.action = Action::rebuilt;
  outcome.method = 3;
  outcome.type_out = type;
  outcome.charset_out = chunks.charset_changed ? "utf-8" : chunks.charset;
  outcome.kind = outcome.removed.empty() && outcome.reasons.empty() ? Outcome::Kind::clean : Outcome::Kind::altered;
}

Outcome TextFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  Outcome outcome;
  Kinds kinds(kind_, context.profile);
  const TextChunks chunks =
      edit_text(input.bytes, input.charset, context.profile.limits.max_text_bytes, out, [&](std::string utf8) {
        Scrubbed scrubbed = scrub_file(utf8);
        for (const Removed& item : scrubbed.removed) count_removed(outcome.removed, item.what, item.count);
        return kinds.edit(std::move(scrubbed.text));
      });
  if (chunks.end != TextChunks::End::done) return text_problem(chunks);
  if (const std::string_view obstacle = kinds.obstacle(); !obstacle.empty()) return Outcome::held(std::string(obstacle));
  kinds.count(outcome);
  if (kinds.is_no_json()) outcome.reasons.push_back("not-json");
  finish_text(chunks, kinds.is_no_json() ? type_by_id("text") : input.type, outcome);
  if (kinds.is_no_json()) outcome.action = Action::converted;
  return outcome;
}

}  // namespace mugai::sanitize
