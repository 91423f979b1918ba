#include "gateway/shadow/runs.h"

#include <set>

#include "gateway/web/console/console.h"
#include "gateway/web/console/rows.h"
#include "gateway/web/format.h"
#include "gateway/web/texts.h"
#include "sanitizers/reasons.h"

namespace mugai::gateway::web {

namespace {

std::string kind_text(std::string_view kind, std::string_view language) { return text(language, "kind_" + std::string(kind)); }

Data run_data(const ShadowRun& run, std::string_view language) {
  return {{"number", run.number},
          {"profile", run.profile},
          {"candidate", run.candidate},
          {"running", run.ended_ms == 0},
          {"state", text(language, run.ended_ms == 0 ? "shadow_running" : "shadow_ended")},
          {"started", local_time(run.started_ms)},
          {"ends", local_time(run.ends_ms)},
          {"ended", local_time(run.ended_ms)},
          {"started_by", run.started_by},
          {"ended_by", run.ended_by},
          {"compared", grouped(run.compared)},
          {"different", grouped(run.different)},
          {"dropped", grouped(run.dropped)},
          {"more", run.different > static_cast<uint64_t>(ShadowRuns::kMostDifferences)}};
}

std::string joined(const std::vector<std::string>& ids, std::string_view language) {
  std::string out;
  for (const std::string& id : ids) {
    const sanitize::ReasonText found = sanitize::reason_text(id);
    out += (out.empty() ? "" : " / ") + std::string(language == "en" ? found.en : found.ja);
  }
  return out;
}

std::string removed_text(const sanitize::Item& item, std::string_view language) {
  std::string out;
  for (const sanitize::Removed& one : item.removed)
    out += (out.empty() ? "" : " / ") + joined({one.what}, language) + " ×" + std::to_string(one.count);
  return out;
}

// Only what differs, one line each.
class Changes {
 public:
  explicit Changes(std::string_view language) : language_(language) {}
  void add(std::string_view kind, const std::string& real, const std::string& candidate) {
    if (real != candidate)
      lines_.push_back({{"label", kind == "size" ? text(language_, "size") : kind_text(kind, language_)},
                        {"real", real.empty() ? text(language_, "shadow_absent") : real},
                        {"candidate", candidate.empty() ? text(language_, "shadow_absent") : candidate}});
  }
  Data take() { return std::move(lines_); }

 private:
  std::string_view language_;
  Data lines_ = Data::array();
};

Data changes_of(const PieceDifference& piece, std::string_view language) {
  Changes changes(language);
  const auto say = [&](std::string_view kind, auto how) {
    changes.add(kind, piece.real ? how(*piece.real) : "", piece.candidate ? how(*piece.candidate) : "");
  };
  say("action", [&](const sanitize::Item& one) { return text(language, "action_" + std::string(to_string(one.action))); });
  say("method", [&](const sanitize::Item& one) { return one.method ? text(language, "method_" + std::to_string(one.method)) : ""; });
  say("reasons", [&](const sanitize::Item& one) { return joined(one.reasons, language); });
  say("removed", [&](const sanitize::Item& one) { return removed_text(one, language); });
  say("name", [&](const sanitize::Item& one) { return one.output_name; });
  say("size", [&](const sanitize::Item& one) { return one.size_out ? size_of(one.size_out) : ""; });
  return changes.take();
}

Data difference_data(const ShadowDifference& row, std::string_view language) {
  Data kinds = Data::array(), pieces = Data::array();
  for (const std::string& kind : row.kinds) kinds.push_back({{"text", kind_text(kind, language)}});
  const Comparison& details = row.details;
  Changes whole(language);
  const bool failed = !row.kinds.empty() && row.kinds.front() == "failed";
  whole.add("size", size_of(details.size_real), failed ? "" : size_of(details.size_candidate));
  whole.add("notes", joined(details.notes_real, language), joined(details.notes_candidate, language));
  pieces.push_back({{"path", ""}, {"name", text(language, "shadow_whole")}, {"changes", whole.take()}});
  for (const PieceDifference& one : details.pieces)
    pieces.push_back({{"path", one.path}, {"name", one.name.empty() ? text(language, "no_name") : one.name}, {"changes", changes_of(one, language)}});
  return {{"message", row.message},
          {"subject", row.subject.empty() ? text(language, "no_subject") : row.subject},
          {"at", local_time(row.at_ms)},
          {"real", row.verdict_real},
          {"real_text", text(language, "verdict_" + row.verdict_real)},
          {"candidate", row.verdict_candidate},
          {"candidate_text", text(language, "verdict_" + row.verdict_candidate)},
          {"kinds", std::move(kinds)},
          {"pieces", std::move(pieces)}};
}

// Profiles that treat mail; those of a flow first to choose from on the left side.
Data profiles_data(const Visit& visit, bool of_flows, const std::string& chosen) {
  std::set<std::string> used;
  for (const config::Flow& flow : visit.config->flows) used.insert(flow.profile);
  Data out = Data::array();
  for (const auto& [name, profile] : visit.config->profiles)
    if (!profile.relay && (!of_flows || used.count(name))) out.push_back({{"name", name}, {"chosen", name == chosen}});
  return out;
}

Status add_run(Visit& visit, const ShadowRun& run, Data& data) {
  ShadowRuns runs(visit.database);
  const Fields& asked = visit.request.query;
  const Result<std::map<std::string, uint64_t>> counts = runs.counts(run.number);
  if (!counts) return counts.error();
  const Result<ShadowRuns::Page> page = runs.differences(run.number, asked.get("kind"), asked.get("cursor"));
  if (!page) return page.error();
  data["run"] = run_data(run, visit.language());
  data["kinds"] = Data::array();
  for (const std::string_view kind : kDifferences)
    if (const auto found = counts->find(std::string(kind)); found != counts->end())
      data["kinds"].push_back({{"id", kind}, {"text", kind_text(kind, visit.language())}, {"mails", grouped(found->second)}, {"here", asked.get("kind") == kind}});
  data["rows"] = Data::array();
  for (const ShadowDifference& row : page->rows) data["rows"].push_back(difference_data(row, visit.language()));
  data["next"] = next_page(visit.request, page->next);
  data["first"] = asked.get("cursor").empty();
  return Ok{};
}

Response show(Visit& visit, const std::string& problem = {}, int status = 200) {
  if (!visit.person().domains.empty()) return visit.failed(Error{"shadow.forbidden", "", ""});
  const Result<std::vector<ShadowRun>> all = ShadowRuns(visit.database).all();
  if (!all) return visit.failed(all.error());
  Data data = {{"problem", problem}, {"may_change", visit.may(Permission::compare_profiles)}, {"runs", Data::array()}};
  const int64_t wanted = number_of(visit.request.query.get("run")).value_or(0);
  const ShadowRun* shown = nullptr;
  bool running = false;
  for (const ShadowRun& one : *all) {
    running = running || one.ended_ms == 0;
    if (!shown || one.number == wanted) shown = &one;
    data["runs"].push_back(run_data(one, visit.language()));
  }
  data["one"] = all->size() == 1;
  const Fields& given = visit.request.form;
  data["profiles"] = profiles_data(visit, true, given.has("profile") ? given.get("profile") : "sanitize");
  data["candidates"] = profiles_data(visit, false, given.has("candidate") ? given.get("candidate") : "candidate");
  data["hours"] = given.has("hours") ? given.get("hours") : std::to_string(ShadowRuns::kUsualHours);
  data["enough"] = data["candidates"].size() > 1;
  data["can_start"] = !running;
  if (shown)
    if (const Status added = add_run(visit, *shown, data); !added) return visit.failed(added.error());
  return visit.page("shadow", "shadow", "shadow_title", std::move(data), status);
}

Response start(Visit& visit) {
  const Fields& form = visit.request.form;
  const Result<int64_t> started = ShadowRuns(visit.database)
                                      .start(visit.person(), form.get("profile"), form.get("candidate"), number_of(form.get("hours")).value_or(0),
                                             *visit.config, visit.now_ms);
  if (!started) return show(visit, visit.told(started.error()), status_of(started.error()));
  return see_other("/shadow");
}

Response stop(Visit& visit) {
  const Status stopped = ShadowRuns(visit.database).stop(visit.person(), number_of(visit.request.place.get("run")).value_or(0), visit.now_ms);
  if (!stopped) return show(visit, visit.told(stopped.error()), status_of(stopped.error()));
  return see_other("/shadow?run=" + url_encode(visit.request.place.get("run")));
}

}  // namespace

void add_shadow(Console& console, Router& router) {
  console.get(router, "/shadow", Permission::see_settings, [](Visit& visit) { return show(visit); });
  console.post(router, "/shadow", Permission::compare_profiles, start);
  console.post(router, "/shadow/{run}/stop", Permission::compare_profiles, stop);
}

}  // namespace mugai::gateway::web
