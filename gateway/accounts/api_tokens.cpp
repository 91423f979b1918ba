#include "gateway/accounts/api_tokens.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "gateway/accounts/secrets.h"
#include "gateway/accounts/user_rows.h"
#include "gateway/audit/audit_log.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::string_view kPrefix = "mugai_";   // for scanners of leaked secrets, and for the eye
constexpr int64_t kLongestMs = int64_t{3'660} * 86'400'000;
constexpr int64_t kUsedEveryMs = 60'000;
constexpr size_t kLongestLabel = 100;

Error forbidden() { return {"user.forbidden", "利用者を変更する権限がありません / you may not change users", ""}; }
std::string act_of(const std::string& verb) { return "token." + verb; }

std::vector<std::string> names_of(const std::vector<Permission>& scopes) {
  std::vector<std::string> out;
  for (const Permission one : scopes) out.emplace_back(scope_of(one));
  return out;
}

std::vector<Permission> permissions_of(const std::string& json) {
  std::vector<Permission> out;
  for (const std::string& name : list_from_json(json))
    if (const auto one = permission_from(name)) out.push_back(*one);
  return out;
}

}  // namespace

Result<MadeToken> ApiTokens::add(const Person& by, const std::string& user, const std::string& label,
                                 const std::vector<Permission>& scopes, int64_t expires_ms, int64_t now_ms) {
  if (!by.may(Permission::change_users)) return forbidden();
  const bool named = std::all_of(scopes.begin(), scopes.end(), [](Permission one) { return !scope_of(one).empty(); });
  if (scopes.empty() || !named || expires_ms <= now_ms || expires_ms - now_ms > kLongestMs || label.size() > kLongestLabel)
    return Error{"token.invalid", "トークンには権限と期限(10年以内)が必要です / a token wants scopes and an end within ten years", ""};
  const MadeToken made{token_hash(random_token()).substr(0, 10), std::string(kPrefix) + random_token()};
  const Status done = database_.run_checked([&]() -> Status {
    UserRows users(database_);
    users.lock();
    const std::optional<UserRow> owner = users.find(user);
    if (!owner || !governs(by, owner->domains))
      return Error{"user.unknown", "利用者 " + user + " はいません / there is no user " + user, ""};
    std::string id = made.id, hash = token_hash(made.secret), name = user, text = label, names = to_json(names_of(scopes));
    Poco::Int64 created = now_ms, expires = expires_ms, never = 0;
    database_.session() << "INSERT INTO api_tokens (id, token, user_name, label, scopes, created_ms, expires_ms, last_used_ms) "
                           "VALUES ($1,$2,$3,$4,$5,$6,$7,$8)",
        use(id), use(hash), use(name), use(text), use(names), use(created), use(expires), use(never), now;
    const nlohmann::ordered_json detail = {{"user", user}, {"label", label}, {"scopes", names_of(scopes)}, {"expires_ms", expires_ms}};
    AuditLog(database_).add({by.name, by.source, act_of("add"), made.id, detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}, now_ms);
    return Ok{};
  });
  if (!done) return done.error();
  return made;
}

Result<std::vector<ApiToken>> ApiTokens::list(const Person& by, const std::string& user) {
  if (!by.may(Permission::see_users)) return forbidden();
  try {
    std::vector<ApiToken> out;
    ApiToken row;
    std::string key = user, scopes, domains;
    Poco::Int64 created = 0, expires = 0, used = 0;
    Poco::Data::Statement select(database_.session());
    select << "SELECT t.id, t.user_name, t.label, t.scopes, t.created_ms, t.expires_ms, t.last_used_ms, u.domains "
              "FROM api_tokens t JOIN users u ON u.name = t.user_name WHERE " +
                  std::string(user.empty() ? "t.user_name > $1" : "t.user_name = $1") + " ORDER BY t.user_name, t.created_ms, t.id",
        use(key), into(row.id), into(row.user), into(row.label), into(scopes), into(created), into(expires), into(used),
        into(domains), range(0, 1);
    while (!select.done()) {
      if (select.execute() == 0) break;
      if (!governs(by, list_from_json(domains))) continue;
      row.scopes = permissions_of(scopes);
      row.created_ms = created;
      row.expires_ms = expires;
      row.last_used_ms = used;
      out.push_back(row);
    }
    return out;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Status ApiTokens::revoke(const Person& by, const std::string& id, int64_t now_ms) {
  if (!by.may(Permission::change_users)) return forbidden();
  return database_.run_checked([&]() -> Status {
    UserRows users(database_);
    users.lock();
    std::string key = id, name;
    database_.session() << "SELECT user_name FROM api_tokens WHERE id = $1", use(key), into(name), now;
    const std::optional<UserRow> owner = users.find(name);
    if (name.empty() || !owner || !governs(by, owner->domains))
      return Error{"token.unknown", "トークン " + id + " はありません / there is no token " + id, ""};
    database_.session() << "DELETE FROM api_tokens WHERE id = $1", use(key), now;
    AuditLog(database_).add({by.name, by.source, act_of("revoke"), id, nlohmann::json{{"user", name}}.dump()}, now_ms);
    return Ok{};
  });
}

std::optional<Person> ApiTokens::find(const std::string& secret, const std::string& source_address, int64_t now_ms) {
  if (!secret.starts_with(kPrefix)) return std::nullopt;
  try {
    std::string hash = token_hash(secret), id, name, scopes;
    Poco::Int64 expires = 0, used = 0, at = now_ms;
    database_.session() << "SELECT id, user_name, scopes, expires_ms, last_used_ms FROM api_tokens WHERE token = $1", use(hash),
        into(id), into(name), into(scopes), into(expires), into(used), now;
    if (id.empty() || expires <= now_ms) return std::nullopt;
    const std::optional<UserRow> owner = UserRows(database_).find(name);
    if (!owner || owner->disabled) return std::nullopt;
    if (now_ms - used >= kUsedEveryMs &&
        !database_.run(false, [&] { database_.session() << "UPDATE api_tokens SET last_used_ms = $1 WHERE id = $2", use(at), use(id), now; }))
      return std::nullopt;
    Person person{owner->name, "api " + source_address, owner->role, owner->domains, {}};
    const std::vector<Permission> granted = permissions_of(scopes);
    for (const Permission one : all_permissions())
      if (std::find(granted.begin(), granted.end(), one) == granted.end()) person.withheld.push_back(one);
    return person;
  } catch (const Poco::Exception&) {
    return std::nullopt;
  }
}

}  // namespace mugai::gateway
