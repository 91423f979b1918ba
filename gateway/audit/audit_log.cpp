#include "gateway/audit/audit_log.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <nlohmann/json.hpp>

#include "sanitizers/mime/piece.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;

// A JSON array: no text can shift from one field into the next.
std::string audit_hash(const std::string& previous, const AuditRecord& record) {
  const nlohmann::json fields = {previous,      record.seq,    record.at_ms,  record.actor,
                                 record.source, record.action, record.object, record.detail};
  return sanitize::sha256_hex(fields.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void AuditLog::add(const AuditEntry& entry, int64_t at_ms) {
  Poco::Data::Session& data = database_.session();
  AuditRecord record{entry, 0, at_ms, {}};
  // The first statement takes the lock: two acts at once get two numbers, in both databases.
  data << "UPDATE audit_head SET seq = seq + 1 WHERE id = 1", now;
  Poco::Int64 seq = 0, at = at_ms;
  std::string previous;
  data << "SELECT seq, hash FROM audit_head WHERE id = 1", into(seq), into(previous), now;
  record.seq = seq;
  record.hash = audit_hash(previous, record);
  data << "INSERT INTO audit (seq, at_ms, actor, source, action, object, detail, hash) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)",
      use(seq), use(at), use(record.actor), use(record.source), use(record.action), use(record.object), use(record.detail),
      use(record.hash), now;
  data << "UPDATE audit_head SET hash = $1 WHERE id = 1", use(record.hash), now;
}

Status AuditLog::record(const AuditEntry& entry, int64_t at_ms) {
  return database_.run(true, [&] { add(entry, at_ms); });
}

Result<AuditHead> AuditLog::head() {
  try {
    Poco::Int64 seq = 0;
    AuditHead head;
    database_.session() << "SELECT seq, hash FROM audit_head WHERE id = 1", into(seq), into(head.hash), now;
    head.seq = seq;
    return head;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

namespace {

// One row at a time; the log may be long.
template <class Visit>
void each_row(Poco::Data::Session& data, const std::string& where, Poco::Int64& bound, Visit visit) {
  AuditRecord row;
  Poco::Int64 seq = 0, at = 0;
  Poco::Data::Statement select(data);
  select << "SELECT seq, at_ms, actor, source, action, object, detail, hash FROM audit " + where, use(bound), into(seq),
      into(at), into(row.actor), into(row.source), into(row.action), into(row.object), into(row.detail), into(row.hash),
      range(0, 1);
  while (!select.done()) {
    if (select.execute() == 0) break;
    row.seq = seq;
    row.at_ms = at;
    if (!visit(row)) break;
  }
}

}  // namespace

Result<std::vector<AuditRecord>> AuditLog::newest(int64_t before, uint32_t limit) {
  try {
    std::vector<AuditRecord> out;
    Poco::Int64 bound = before == 0 ? INT64_MAX : before;
    each_row(database_.session(), "WHERE seq < $1 ORDER BY seq DESC LIMIT " + std::to_string(limit), bound,
             [&](const AuditRecord& row) {
               out.push_back(row);
               return true;
             });
    return out;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Status AuditLog::each(const std::function<bool(const AuditRecord&)>& visit) {
  constexpr uint32_t kPage = 1000;
  try {
    Poco::Int64 last = 0;
    for (bool more = true; more;) {
      more = false;
      bool wanted = true;
      Poco::Int64 from = last;
      each_row(database_.session(), "WHERE seq > $1 ORDER BY seq LIMIT " + std::to_string(kPage), from,
               [&](const AuditRecord& row) {
                 more = true;
                 last = row.seq;
                 return wanted = visit(row);
               });
      if (!wanted) break;
    }
    return Ok{};
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

// What was forgotten ends here; a database that never forgot has no such row.
AuditHead AuditLog::base() {
  Poco::Int64 seq = 0;
  AuditHead out;
  database_.session() << "SELECT seq, hash FROM audit_head WHERE id = 2", into(seq), into(out.hash), now;
  out.seq = seq;
  return out;
}

Result<int64_t> AuditLog::forget(int64_t before_ms, int64_t now_ms) {
  int64_t forgotten = 0;
  const Status done = database_.run_checked([&]() -> Status {
    Poco::Data::Session& data = database_.session();
    Poco::Int64 before = before_ms, last = 0;
    data << "SELECT COALESCE(MAX(seq), 0) FROM audit WHERE at_ms < $1", into(last), use(before), now;
    if (last == 0) return Ok{};
    std::string hash;
    data << "SELECT hash FROM audit WHERE seq = $1", into(hash), use(last), now;
    forgotten = last - base().seq;
    data << "INSERT INTO audit_head (id, seq, hash) VALUES (2, $1, $2) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, "
            "hash = excluded.hash", use(last), use(hash), now;
    data << "DELETE FROM audit WHERE seq <= $1", use(last), now;
    add({"mugai", "gateway", "audit.forget", std::to_string(last) + ":" + hash, ""}, now_ms);
    return Ok{};
  });
  if (!done) return done.error();
  return forgotten;
}

Result<AuditCheck> AuditLog::verify(const std::optional<AuditHead>& kept) {
  const Result<AuditHead> at_start = head();
  if (!at_start) return at_start.error();
  AuditCheck check;
  AuditHead end;   // of what was seen
  try {
    end = base();
  } catch (const Poco::Exception&) {
    return database_error();
  }
  const AuditHead begin = end;
  const std::string said_forgotten = std::to_string(begin.seq) + ":" + begin.hash;
  bool told = begin.seq == 0;   // whether the chain itself says where it begins
  bool met_kept = !kept || kept->seq == 0 || kept->seq < begin.seq || *kept == begin;
  const Status walked = each([&](const AuditRecord& row) {
    ++check.records;
    const int64_t expected = end.seq + 1;
    if (row.seq != expected) check.why = "gap";
    else if (audit_hash(end.hash, row) != row.hash) check.why = "changed";
    if (!check.why.empty()) {
      check.first_bad = expected;
      return false;
    }
    end = {row.seq, row.hash};
    told |= row.action == "audit.forget" && row.object == said_forgotten;
    if (kept && row.seq == kept->seq) {
      met_kept = row.hash == kept->hash;
      if (!met_kept) {
        check.first_bad = row.seq;
        check.why = "head";
        return false;
      }
    }
    return true;
  });
  if (!walked) return walked.error();
  if (check.first_bad != 0) return check;
  if (!told) {
    check.first_bad = begin.seq;
    check.why = "cut-off";
    return check;
  }
  // Records may have been added since; fewer than the head said, or than was kept elsewhere, is a cut.
  if (end.seq < at_start->seq || !met_kept) {
    check.first_bad = end.seq + 1;
    check.why = "cut-off";
  }
  return check;
}

}  // namespace mugai::gateway
