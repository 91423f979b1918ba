#include "gateway/accounts/user_rows.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using nlohmann::json;

std::string to_json(const std::vector<std::string>& list) {
  return json(list).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<std::string> list_from_json(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  std::vector<std::string> out;
  if (parsed.is_array())
    for (const json& one : parsed)
      if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

void count_failure(UserRow& row, int64_t now_ms) {
  constexpr uint32_t kFreeFailures = 5, kMostDoublings = 6, kLongestWaitMinutes = 60;
  constexpr int64_t kMinuteMs = 60'000;
  ++row.failures;
  if (row.failures < kFreeFailures) return;
  const uint32_t minutes = std::min(1U << std::min(row.failures - kFreeFailures, kMostDoublings), kLongestWaitMinutes);
  row.locked_until_ms = now_ms + minutes * kMinuteMs;
}

void UserRows::lock() { database_.session() << "UPDATE accounts SET changes = changes + 1 WHERE id = 1", now; }

std::vector<UserRow> UserRows::select(const std::string& where, const std::string& bound) {
  std::vector<UserRow> out;
  UserRow row;
  std::string role, domains, recovery, key = bound;
  Poco::Int64 disabled = 0, from_directory = 0, must_change = 0, step = 0, failures = 0, locked = 0, last = 0, created = 0;
  Poco::Data::Statement rows(database_.session());
  rows << "SELECT name, display, role, domains, language, disabled, from_directory, password, must_change, totp_secret, "
          "totp_step, recovery, failures, locked_until_ms, last_sign_in_ms, created_ms FROM users WHERE " + where + " ORDER BY name",
      use(key), into(row.name), into(row.display), into(role), into(domains), into(row.language), into(disabled),
      into(from_directory), into(row.password), into(must_change), into(row.totp_secret), into(step), into(recovery),
      into(failures), into(locked), into(last), into(created), range(0, 1);
  while (!rows.done()) {
    if (rows.execute() == 0) break;
    row.role = role_from(role).value_or(Role::requester);
    row.domains = list_from_json(domains);
    row.recovery = list_from_json(recovery);
    row.disabled = disabled != 0;
    row.from_directory = from_directory != 0;
    row.has_password = !row.password.empty();
    row.must_change_password = must_change != 0;
    row.has_second_factor = !row.totp_secret.empty();
    row.recovery_codes_left = static_cast<uint32_t>(row.recovery.size());
    row.totp_step = step;
    row.failures = static_cast<uint32_t>(failures);
    row.locked_until_ms = locked;
    row.last_sign_in_ms = last;
    row.created_ms = created;
    // Limits that cannot be read must not become none.
    if (row.domains.empty() && domains != "[]") row.disabled = true;
    out.push_back(row);
  }
  return out;
}

std::optional<UserRow> UserRows::find(const std::string& name) {
  std::vector<UserRow> found = select("name = $1", name);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<UserRow> UserRows::all() { return select("name > $1", ""); }

void UserRows::insert(const UserRow& row) {
  std::string name = row.name, empty, none = "[]";
  Poco::Int64 zero = 0, created = row.created_ms;
  database_.session() << "INSERT INTO users (name, display, role, domains, language, disabled, from_directory, password, "
                         "must_change, totp_secret, totp_step, recovery, failures, locked_until_ms, last_sign_in_ms, created_ms) "
                         "VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)",
      use(name), use(empty), use(empty), use(none), use(empty), use(zero), use(zero), use(empty), use(zero), use(empty),
      use(zero), use(none), use(zero), use(zero), use(zero), use(created), now;
  update(row);
}

void UserRows::update(const UserRow& row) {
  std::string name = row.name, display = row.display, role(to_string(row.role)), domains = to_json(row.domains);
  std::string language = row.language, password = row.password, secret = row.totp_secret, recovery = to_json(row.recovery);
  Poco::Int64 disabled = row.disabled, from_directory = row.from_directory, must_change = row.must_change_password;
  Poco::Int64 step = row.totp_step, failures = row.failures, locked = row.locked_until_ms, last = row.last_sign_in_ms;
  database_.session() << "UPDATE users SET display = $1, role = $2, domains = $3, language = $4, disabled = $5, "
                         "from_directory = $6, password = $7, must_change = $8, totp_secret = $9, totp_step = $10, "
                         "recovery = $11, failures = $12, locked_until_ms = $13, last_sign_in_ms = $14 WHERE name = $15",
      use(display), use(role), use(domains), use(language), use(disabled), use(from_directory), use(password),
      use(must_change), use(secret), use(step), use(recovery), use(failures), use(locked), use(last), use(name), now;
}

int64_t UserRows::enabled_administrators() {
  Poco::Int64 count = 0;
  std::string role(to_string(Role::administrator));
  database_.session() << "SELECT COUNT(*) FROM users WHERE role = $1 AND disabled = 0", use(role), into(count), now;
  return count;
}

}  // namespace mugai::gateway
