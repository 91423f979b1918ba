#include "gateway/shadow/runs.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "gateway/audit/audit_log.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using nlohmann::ordered_json;
using Poco::Int64;

namespace {

std::string detail_json(const ordered_json& detail) { return detail.dump(-1, ' ', false, ordered_json::error_handler_t::replace); }

std::vector<ShadowRun> select_runs(Database& database, const std::string& rest) {
  std::vector<ShadowRun> out;
  ShadowRun run;
  Int64 number = 0, started = 0, ends = 0, ended = 0, compared = 0, different = 0, dropped = 0;
  Poco::Data::Statement select(database.session());
  select << "SELECT number, profile, candidate, started_by, ended_by, started_ms, ends_ms, ended_ms, compared, different, dropped FROM shadow_runs " + rest,
      into(number), into(run.profile), into(run.candidate), into(run.started_by), into(run.ended_by), into(started), into(ends), into(ended), into(compared),
      into(different), into(dropped), range(0, 1);
  while (!select.done()) {
    if (select.execute() == 0) break;
    run.number = number;
    run.started_ms = started;
    run.ends_ms = ends;
    run.ended_ms = ended;
    run.compared = static_cast<uint64_t>(compared);
    run.different = static_cast<uint64_t>(different);
    run.dropped = static_cast<uint64_t>(dropped);
    out.push_back(run);
  }
  return out;
}

bool treats(const config::Config& config, const std::string& profile) {
  const auto found = config.profiles.find(profile);
  return found != config.profiles.end() && !found->second.relay;
}

// Kinds stand in one column, each between blanks, so that one can be looked for.
std::string column_of(const std::vector<std::string>& kinds) {
  std::string out = " ";
  for (const std::string& one : kinds) out += one + " ";
  return out;
}

std::vector<std::string> kinds_of(const std::string& column) {
  std::vector<std::string> out;
  for (const std::string_view one : kDifferences)
    if (column.find(" " + std::string(one) + " ") != column.npos) out.emplace_back(one);
  return out;
}

bool parse_cursor(const std::string& text, Int64& at_ms, std::string& message) {
  const size_t dot = text.find('.');
  if (dot == text.npos) return false;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + dot, at_ms);
  message = text.substr(dot + 1);
  return failure == std::errc() && end == text.data() + dot;
}

}  // namespace

Result<int64_t> ShadowRuns::start(const Person& by, const std::string& profile, const std::string& candidate, int64_t hours,
                                  const config::Config& config, int64_t now_ms) {
  if (!by.may(Permission::compare_profiles) || !by.domains.empty()) return Error{"shadow.forbidden", "only an administrator of all domains may do this", ""};
  if (profile == candidate || !treats(config, profile) || !treats(config, candidate))
    return Error{"shadow.profile", "name two different profiles of the settings, none of them \"relay\"", ""};
  if (hours < 1 || hours > kMostHours) return Error{"shadow.time", "a run takes 1 to 168 hours", ""};
  int64_t number = 0;
  const Status done = database_.run_checked([&]() -> Status {
    // The record first: it takes the log's lock, so of two that start at once the second sees the first.
    AuditLog(database_).add({by.name, by.source, "shadow.start", profile, detail_json({{"candidate", candidate}, {"hours", hours}})}, now_ms);
    Int64 newest = 0, running = 0;
    auto& session = database_.session();
    session << "SELECT COALESCE(MAX(number), 0), COALESCE(SUM(CASE WHEN ended_ms = 0 THEN 1 ELSE 0 END), 0) FROM shadow_runs", into(newest), into(running), now;
    if (running > 0) return Error{"shadow.running", "another run is under way; stop it first", ""};
    Int64 next = newest + 1, started = now_ms, ends = now_ms + hours * 3'600'000, oldest = next - kKeptRuns;
    std::string from = profile, to = candidate, who = by.name;
    session << "INSERT INTO shadow_runs (number, profile, candidate, started_by, ended_by, started_ms, ends_ms, ended_ms, compared, different, dropped) "
               "VALUES ($1, $2, $3, $4, '', $5, $6, 0, 0, 0, 0)",
        use(next), use(from), use(to), use(who), use(started), use(ends), now;
    for (const char* table : {"shadow_differences", "shadow_kinds"}) session << "DELETE FROM " + std::string(table) + " WHERE run <= $1", use(oldest), now;
    session << "DELETE FROM shadow_runs WHERE number <= $1", use(oldest), now;
    number = next;
    return Ok{};
  });
  if (!done) return done.error();
  return number;
}

Status ShadowRuns::close(const AuditEntry& entry, int64_t number, int64_t now_ms) {
  return database_.run_checked([&]() -> Status {
    AuditLog(database_).add(entry, now_ms);
    Int64 run = number, ended = now_ms;
    std::string who = entry.actor;
    Poco::Data::Statement update(database_.session());
    update << "UPDATE shadow_runs SET ended_ms = $1, ended_by = $2 WHERE number = $3 AND ended_ms = 0", use(ended), use(who), use(run);
    if (update.execute() == 0) return Error{"shadow.over", "that run is over already", ""};
    return Ok{};
  });
}

Status ShadowRuns::stop(const Person& by, int64_t number, int64_t now_ms) {
  if (!by.may(Permission::compare_profiles) || !by.domains.empty()) return Error{"shadow.forbidden", "only an administrator of all domains may do this", ""};
  return close({by.name, by.source, "shadow.stop", std::to_string(number), ""}, number, now_ms);
}

Status ShadowRuns::end(int64_t number, const std::string& why, int64_t now_ms) {
  const Status done = close({"mugai", "gateway", "shadow.end", std::to_string(number), detail_json({{"why", why}})}, number, now_ms);
  if (!done && done.error().id == "shadow.over") return Ok{};
  return done;
}

Result<std::optional<ShadowRun>> ShadowRuns::current() {
  try {
    std::vector<ShadowRun> found = select_runs(database_, "WHERE ended_ms = 0 ORDER BY number DESC");
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<std::vector<ShadowRun>> ShadowRuns::all() {
  try {
    return select_runs(database_, "ORDER BY number DESC");
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Status ShadowRuns::record(int64_t number, const std::vector<ShadowFinding>& findings, uint64_t dropped) {
  return database_.run(false, [&] {
    Int64 run = number, compared = static_cast<Int64>(findings.size()), lost = static_cast<Int64>(dropped);
    Int64 different = std::count_if(findings.begin(), findings.end(), [](const ShadowFinding& one) { return !one.comparison.alike(); });
    auto& session = database_.session();
    Poco::Data::Statement count(session);
    count << "UPDATE shadow_runs SET compared = compared + $1, different = different + $2, dropped = dropped + $3 WHERE number = $4 AND ended_ms = 0",
        use(compared), use(different), use(lost), use(run);
    if (count.execute() == 0) return;
    Int64 stored = 0;
    session << "SELECT COUNT(*) FROM shadow_differences WHERE run = $1", into(stored), use(run), now;
    for (const ShadowFinding& one : findings) {
      for (const std::string& each : one.comparison.kinds) {
        std::string kind = each;
        session << "INSERT INTO shadow_kinds (run, kind, mails) VALUES ($1, $2, 1) ON CONFLICT (run, kind) DO UPDATE SET mails = shadow_kinds.mails + 1",
            use(run), use(kind), now;
      }
      if (one.comparison.alike() || ++stored > kMostDifferences) continue;
      Int64 at = one.at_ms;
      std::string message = one.message, real = one.comparison.verdict_real, candidate = one.comparison.verdict_candidate;
      std::string kinds = column_of(one.comparison.kinds), details = to_json(one.comparison);
      session << "INSERT INTO shadow_differences (run, message, at_ms, verdict_real, verdict_candidate, kinds, details) "
                 "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (run, message) DO NOTHING",
          use(run), use(message), use(at), use(real), use(candidate), use(kinds), use(details), now;
    }
  });
}

Result<std::map<std::string, uint64_t>> ShadowRuns::counts(int64_t number) {
  try {
    Int64 run = number;
    std::vector<std::string> kinds;
    std::vector<Int64> mails;
    database_.session() << "SELECT kind, mails FROM shadow_kinds WHERE run = $1", into(kinds), into(mails), use(run), now;
    std::map<std::string, uint64_t> out;
    for (size_t i = 0; i < kinds.size(); ++i) out[kinds[i]] = static_cast<uint64_t>(mails[i]);
    return out;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<ShadowRuns::Page> ShadowRuns::differences(int64_t number, const std::string& kind, const std::string& untrusted_cursor) {
  Int64 run = number, before = INT64_MAX;
  std::string before_message;
  if (!untrusted_cursor.empty() && !parse_cursor(untrusted_cursor, before, before_message)) return Error{"search.cursor", "this page is not one of ours", ""};
  const bool known = std::find(kDifferences.begin(), kDifferences.end(), kind) != kDifferences.end();
  std::string pattern = known ? "% " + kind + " %" : "%";
  try {
    std::vector<std::string> messages, subjects, real, candidate, kinds, details;
    std::vector<Int64> at;
    database_.session() << "SELECT d.message, COALESCE(m.subject, ''), d.at_ms, d.verdict_real, d.verdict_candidate, d.kinds, d.details "
                           "FROM shadow_differences d LEFT JOIN messages m ON m.id = d.message "
                           "WHERE d.run = $1 AND d.kinds LIKE $2 AND (d.at_ms < $3 OR (d.at_ms = $4 AND d.message < $5)) "
                           "ORDER BY d.at_ms DESC, d.message DESC LIMIT " + std::to_string(kPage + 1),
        into(messages), into(subjects), into(at), into(real), into(candidate), into(kinds), into(details), use(run), use(pattern), use(before), use(before),
        use(before_message), now;
    Page out;
    for (size_t i = 0; i < messages.size() && i < kPage; ++i)
      out.rows.push_back({messages[i], subjects[i], at[i], real[i], candidate[i], kinds_of(kinds[i]), comparison_from_json(details[i])});
    if (messages.size() > kPage) out.next = std::to_string(out.rows.back().at_ms) + "." + out.rows.back().message;
    return out;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Status ShadowRuns::forget(int64_t before_ms) {
  return database_.run(false, [&] {
    Int64 before = before_ms;
    database_.session() << "DELETE FROM shadow_differences WHERE at_ms < $1", use(before), now;
  });
}

}  // namespace mugai::gateway
