// A month for an auditor: what came by which flow and method, what was released by whom and why, what failed, whether the
// audit log is whole, and whether the settings are as they should be. Gathered from the database; reads only. A month is
// that of the local time. Bound to a Database and its thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/base/result.h"
#include "config/config.h"
#include "gateway/audit/audit_log.h"
#include "gateway/audit/self_check.h"
#include "gateway/database/database.h"

namespace mugai::gateway {

struct Month {
  int year = 0, month = 0;
  std::string text() const;                              // "2026-11"
  int64_t from_ms() const;
  int64_t to_ms() const;                                 // the beginning of the next
  static Result<Month> parse(const std::string& text);   // "evidence.month"
};

struct FlowFigures {
  std::string zone, profile;                 // where it came from, and what treated it
  std::string to;                            // the flows of today that say so
  uint64_t mails = 0;
  std::map<std::string, uint64_t> verdicts;
  std::array<uint64_t, 5> methods{};         // pieces let through by method 1 to 4; [0] is not used
  uint64_t removed = 0, held = 0;            // pieces
};

struct ReleaseRecord {
  int64_t at_ms = 0;
  std::string act;                           // "release", "approve", "deny", "delete", "request"
  std::string item, name, sender, recipients;
  std::string way, by, approved_by, requested_by, reason;
  std::string state;                         // the item's today
};

struct FailureRecord {
  std::string kind;                          // "undelivered": to a recipient; "treatment": a worker was lost or too slow
  int64_t at_ms = 0;
  std::string message, recipient, detail;
};

struct Evidence {
  static constexpr size_t kMaxFailures = 5'000;   // listed; all are counted

  Month month;
  std::string hostname;
  int64_t made_ms = 0;
  std::vector<FlowFigures> flows;
  std::vector<ReleaseRecord> releases;
  std::vector<FailureRecord> failures;
  uint64_t undelivered = 0, treatment_failures = 0;
  AuditCheck audit;
  std::vector<Finding> findings;
};

Result<Evidence> gather_evidence(Database& database, const config::Config& config, const Month& month, int64_t now_ms);

}  // namespace mugai::gateway
