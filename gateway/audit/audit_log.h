// What people did: one record per act, appended only, each chained to the one before by SHA-256, so that a record that
// was changed, taken out or put in shows. A tail that was cut off shows against a head that was kept elsewhere: the gateway
// writes it to its log (`audit.head`). Bound to a Database and its thread. Whoever may write to the database can rewrite
// the whole chain; against that there is only the head elsewhere.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/database/database.h"

namespace mugai::gateway {

struct AuditEntry {
  std::string actor;    // "suzuki", "root"; "mugai" for what the gateway does by itself
  std::string source;   // "cli", "console 10.1.0.9", "api"
  std::string action;   // stable id: "quarantine.release", "queue.delete", "user.add"
  std::string object;   // the id of what it was done to
  std::string detail;   // JSON object, or empty: the reason given, the way chosen
};

struct AuditRecord : AuditEntry {
  int64_t seq = 0;      // from 1, without gaps
  int64_t at_ms = 0;
  std::string hash;     // over this record and the hash before
};

struct AuditHead {
  int64_t seq = 0;      // 0: nothing yet
  std::string hash;
  friend bool operator==(const AuditHead&, const AuditHead&) = default;
};

struct AuditCheck {
  int64_t records = 0;
  int64_t first_bad = 0;    // 0: all is well; otherwise the number from which on the chain does not hold
  std::string why;          // "changed", "gap", "cut-off", "head"
};

class AuditLog {
 public:
  explicit AuditLog(Database& database) : database_(database) {}

  // Only inside of a transaction of the database: the act and its record are there together, or neither.
  void add(const AuditEntry& entry, int64_t at_ms);
  // An act that changes nothing else in the database.
  Status record(const AuditEntry& entry, int64_t at_ms);

  Result<AuditHead> head();
  // Retention: records from before that time go, but for the hash that the chain goes on from, which is also the object of
  // a new record ("audit.forget"): a beginning that was cut off without one shows. How many went.
  Result<int64_t> forget(int64_t before_ms, int64_t now_ms);
  // From the newest back; `before` 0 begins at the head.
  Result<std::vector<AuditRecord>> newest(int64_t before, uint32_t limit);
  // In order, all of them; `visit` returning false ends it.
  Status each(const std::function<bool(const AuditRecord&)>& visit);
  // `kept`: a head that was kept outside of the database.
  Result<AuditCheck> verify(const std::optional<AuditHead>& kept);

 private:
  AuditHead base();
  Database& database_;
};

std::string audit_hash(const std::string& previous, const AuditRecord& record);

}  // namespace mugai::gateway
