// Trial runs of a profile: a candidate treats the mails of another profile once more, for a bounded time, and what it would
// have made differently is written down here. One run at a time, whoever's gateways share the database; starting, stopping
// and ending are in the audit log. Bounded: so many differences a run (all are counted), so many runs. Bound to a Database
// and its thread. Errors: "shadow.running", "shadow.profile", "shadow.time", "shadow.over", "shadow.forbidden",
// "store.database".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "gateway/accounts/person.h"
#include "gateway/audit/audit_log.h"
#include "gateway/database/database.h"
#include "gateway/shadow/comparison.h"

namespace mugai::gateway {

struct ShadowRun {
  int64_t number = 0;
  std::string profile, candidate;
  std::string started_by, ended_by;           // ended_by: "mugai" when its time was over
  int64_t started_ms = 0, ends_ms = 0;
  int64_t ended_ms = 0;                       // 0: it runs
  uint64_t compared = 0, different = 0;       // mails
  uint64_t dropped = 0;                       // not compared: no worker was idle for them
};

struct ShadowFinding {
  std::string message;
  int64_t at_ms = 0;
  Comparison comparison;
};

struct ShadowDifference {
  std::string message, subject;
  int64_t at_ms = 0;
  std::string verdict_real, verdict_candidate;
  std::vector<std::string> kinds;
  Comparison details;
};

class ShadowRuns {
 public:
  static constexpr int kMostHours = 7 * 24, kUsualHours = 24;
  static constexpr int64_t kMostDifferences = 10'000, kKeptRuns = 10;
  static constexpr size_t kPage = 50;

  explicit ShadowRuns(Database& database) : database_(database) {}

  Result<int64_t> start(const Person& by, const std::string& profile, const std::string& candidate, int64_t hours,
                        const config::Config& config, int64_t now_ms);
  Status stop(const Person& by, int64_t number, int64_t now_ms);
  // By the gateway: time is over, or the settings no longer have both profiles. Once, however many ask.
  Status end(int64_t number, const std::string& why, int64_t now_ms);

  Result<std::optional<ShadowRun>> current();
  Result<std::vector<ShadowRun>> all();                      // newest first
  // Nothing for a run that is over.
  Status record(int64_t number, const std::vector<ShadowFinding>& findings, uint64_t dropped);

  Result<std::map<std::string, uint64_t>> counts(int64_t number);   // mails by kind of difference
  struct Page {
    std::vector<ShadowDifference> rows;
    std::string next;                                        // cursor; empty: there is no more
  };
  // Newest first; `kind` empty: any.
  Result<Page> differences(int64_t number, const std::string& kind, const std::string& untrusted_cursor);
  // Retention: they name files and so go with the tracking of that time.
  Status forget(int64_t before_ms);

 private:
  Status close(const AuditEntry& entry, int64_t number, int64_t now_ms);
  Database& database_;
};

}  // namespace mugai::gateway
