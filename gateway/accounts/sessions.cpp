#include "gateway/accounts/sessions.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include "gateway/accounts/session_rows.h"
#include "gateway/accounts/user_rows.h"
#include "gateway/audit/audit_log.h"
#include "gateway/log.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;

namespace {

// How precisely the last use is known: so often a session costs a write.
constexpr int64_t kSeenEveryMs = 30'000;

}  // namespace

std::optional<Session> Sessions::find(const std::string& token, const std::string& source_address, int64_t now_ms) {
  if (token.empty()) return std::nullopt;
  try {
    SessionRows rows(database_);
    const std::optional<SessionRow> row = rows.find(token_hash(token));
    if (!row || row->stage != kStageSession || !is_alive(*row, settings_, now_ms)) return std::nullopt;
    const std::optional<UserRow> user = UserRows(database_).find(row->user);
    if (!user || user->disabled) return std::nullopt;
    // Only if it is still there: signing out at the same moment wins.
    if (now_ms - row->seen_ms > kSeenEveryMs && !database_.run(false, [&] { rows.seen(row->token, now_ms); })) return std::nullopt;
    Session out;
    out.person = {user->name, "console " + source_address, user->role, user->domains, {}};
    out.csrf = csrf_of(token);
    out.display = user->display.empty() ? user->name : user->display;
    out.language = user->language;
    out.second_factor = user->has_second_factor;
    out.local_password = user->has_password;
    out.created_ms = row->created_ms;
    out.ends_ms = row->created_ms + settings_.session_max.count();
    return out;
  } catch (const Poco::Exception&) {
    return std::nullopt;
  }
}

Status Sessions::end(const std::string& token, const std::string& source_address, int64_t now_ms) {
  std::string user;
  const Status ended = database_.run(true, [&] {
    SessionRows rows(database_);
    const std::optional<SessionRow> row = rows.find(token_hash(token));
    if (!row) return;
    rows.remove(row->token);
    if (row->stage != kStageSession) return;
    user = row->user;
    AuditLog(database_).add({user, "console " + source_address, "session.end", user, ""}, now_ms);
  });
  if (ended && !user.empty()) log::info("session.end", {{"user", user}, {"source", source_address}});
  return ended;
}

void Sessions::end_all_of(Database& database, const std::string& user, const std::string& except_token) {
  std::string name = user, kept = except_token.empty() ? "" : token_hash(except_token);
  database.session() << "DELETE FROM sessions WHERE user_name = $1 AND token <> $2", use(name), use(kept), now;
}

Status Sessions::sweep(int64_t now_ms) {
  return database_.run(false, [&] {
    Poco::Int64 oldest = now_ms - settings_.session_max.count(), idle = now_ms - settings_.session_idle.count();
    Poco::Int64 pending = now_ms - kPendingMs;
    std::string session(kStageSession);
    database_.session() << "DELETE FROM sessions WHERE created_ms <= $1 OR (stage = $2 AND seen_ms <= $3) OR "
                           "(stage <> $4 AND seen_ms <= $5)",
        use(oldest), use(session), use(idle), use(session), use(pending), now;
  });
}

}  // namespace mugai::gateway
