#include "gateway/accounts/session_rows.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

namespace mugai::gateway {

using namespace Poco::Data::Keywords;

bool is_alive(const SessionRow& row, const config::Console& settings, int64_t now_ms) {
  if (row.stage != kStageSession) return now_ms - row.seen_ms < kPendingMs;
  return now_ms - row.created_ms < settings.session_max.count() && now_ms - row.seen_ms < settings.session_idle.count();
}

std::optional<SessionRow> SessionRows::find(const std::string& token_hash) {
  std::string key = token_hash;
  SessionRow row;
  Poco::Int64 created = 0, seen = 0;
  database_.session() << "SELECT token, user_name, stage, secret, replaces, created_ms, seen_ms FROM sessions WHERE token = $1",
      use(key), into(row.token), into(row.user), into(row.stage), into(row.secret), into(row.replaces), into(created), into(seen), now;
  if (row.token.empty()) return std::nullopt;
  row.created_ms = created;
  row.seen_ms = seen;
  return row;
}

void SessionRows::insert(const SessionRow& row) {
  std::string token = row.token, user = row.user, stage = row.stage, secret = row.secret, replaces = row.replaces;
  Poco::Int64 created = row.created_ms, seen = row.seen_ms;
  database_.session() << "INSERT INTO sessions (token, user_name, stage, secret, replaces, created_ms, seen_ms) "
                         "VALUES ($1,$2,$3,$4,$5,$6,$7)",
      use(token), use(user), use(stage), use(secret), use(replaces), use(created), use(seen), now;
}

void SessionRows::seen(const std::string& token_hash, int64_t now_ms) {
  std::string key = token_hash;
  Poco::Int64 at = now_ms;
  database_.session() << "UPDATE sessions SET seen_ms = $1 WHERE token = $2", use(at), use(key), now;
}

void SessionRows::remove(const std::string& token_hash) {
  std::string key = token_hash;
  database_.session() << "DELETE FROM sessions WHERE token = $1", use(key), now;
}

}  // namespace mugai::gateway
