#include "gateway/accounts/sign_in.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "gateway/accounts/directory.h"
#include "gateway/accounts/passwords.h"
#include "gateway/accounts/session_rows.h"
#include "gateway/accounts/totp.h"
#include "gateway/accounts/user_rows.h"
#include "gateway/audit/audit_log.h"
#include "gateway/log.h"
#include "gateway/relay/clock.h"

namespace mugai::gateway {

namespace {

Error refused_text() {
  return {"session.refused",
          "サインインできません。名前・パスワード・コードを確かめてください。続けて失敗すると、しばらく受け付けません / "
          "Cannot sign in. Check name, password and code; after several failures the account waits for a while",
          ""};
}
Error too_many() {
  return {"session.too-many",
          "失敗が多すぎます。10分ほど待ってください / Too many failures from this address; wait ten minutes", ""};
}
Error pending_error() {
  return {"session.pending", "時間切れです。サインインからやり直してください / This took too long; sign in again", ""};
}

std::string from(const std::string& source_address) { return "console " + source_address; }

// A login name that nobody has may be a password typed in the wrong field: it goes nowhere.
void record_refusal(Database& database, const std::string& user, const std::string& why, const std::string& source_address, int64_t now_ms) {
  AuditLog(database).add({user.empty() ? "unknown" : user, from(source_address), "session.refused", user,
                          nlohmann::json{{"why", why}}.dump()}, now_ms);
}

}  // namespace

// One try of a password. `why` empty: it may be looked at.
struct SignIn::Attempt {
  std::optional<std::string> name;      // nothing: cannot be anybody's
  std::optional<UserRow> row;           // as it was before
  std::string why;
  int64_t locked_until_ms = 0;          // once this failure is counted
  std::optional<directory::Entry> entry;
  std::string source_address;
  bool free_of_charge = false;          // the directory was away: nobody's failure
};

Error SignIn::turned_away(const std::string& user, const std::string& why, const std::string& source_address, int64_t locked_until_ms,
                      int64_t now_ms) {
  log::warning("session.refused", {{"user", user}, {"source", source_address}, {"why", why}});
  if (locked_until_ms > now_ms && why != "locked")
    log::warning("session.locked", {{"user", user}, {"source", source_address}, {"until", iso8601(locked_until_ms)}});
  if (sources_.failed(source_address, now_ms)) log::warning("session.limited", {{"source", source_address}});
  return refused_text();
}

// Every attempt makes the same transactions and takes one hash's time, whoever is named and whether it is looked at. It is
// counted as a failure before it is looked at, so that of many at once none goes uncounted.
Result<Step> SignIn::with_password(const std::string& untrusted_name, const std::string& password, const std::string& source_address,
                                   int64_t now_ms, const std::function<Step(UserRow&)>& then) {
  if (!sources_.allows(source_address, now_ms)) return too_many();
  Attempt attempt;
  attempt.name = user_name_from(untrusted_name);
  attempt.source_address = source_address;
  const Status counted = database_.run(true, [&] {
    UserRows rows(database_);
    rows.lock();
    if (attempt.name) attempt.row = rows.find(*attempt.name);
    if (!attempt.row) attempt.why = "unknown";
    else if (attempt.row->disabled) attempt.why = "disabled";
    else if (attempt.row->locked_until_ms > now_ms) attempt.why = "locked";
    if (!attempt.why.empty()) return;
    UserRow charged = *attempt.row;
    count_failure(charged, now_ms);
    attempt.locked_until_ms = charged.locked_until_ms;
    rows.update(charged);
  });
  if (!counted) return counted.error();
  const bool right = is_right(attempt, password);
  // Better parameters than those of the day when it was set; made outside of the transaction, which others wait for.
  std::string rehashed;
  if (right && attempt.row && !attempt.row->password.empty() && passwords::needs_rehash(attempt.row->password))
    if (Result<std::string> fresh = passwords::hash(password)) rehashed = *fresh;

  Result<Step> result = refused_text();
  const Status written = database_.run(true, [&] {
    UserRows rows(database_);
    rows.lock();
    const bool settled = (right || attempt.free_of_charge) && settle(attempt, now_ms);
    if (!right || !settled) return record_refusal(database_, attempt.row ? attempt.row->name : "", attempt.why, source_address, now_ms);
    if (!rehashed.empty()) attempt.row->password = rehashed;
    result = then(*attempt.row);
    rows.update(*attempt.row);
  });
  if (!written) return written.error();
  if (!result) return turned_away(attempt.row ? attempt.row->name : "", attempt.why, source_address, attempt.locked_until_ms, now_ms);
  return result;
}

bool SignIn::is_right(Attempt& attempt, const std::string& password) const {
  const bool looked_at = attempt.why.empty();
  if (looked_at && !attempt.row->password.empty()) {
    attempt.why = "password";
    return passwords::verify(attempt.row->password, password);
  }
  const bool may_be_in_directory = looked_at || attempt.why == "unknown";
  if (!settings_.ldap.enabled || !attempt.name || !may_be_in_directory) {
    if (looked_at) attempt.why = "password";
    return passwords::verify_nothing(password);
  }
  Result<std::optional<directory::Entry>> asked = directory::authenticate(settings_.ldap, *attempt.name, password);
  if (!asked) {
    log::error("ldap.failed", {{"error", asked.error().id}, {"detail", asked.error().detail}});
    attempt.why = "directory";
    attempt.free_of_charge = attempt.row.has_value();
    return false;
  }
  if (looked_at) attempt.why = "password";
  if (!*asked) return false;
  const bool by_hand = attempt.row && !attempt.row->from_directory;
  if (!by_hand && !(*asked)->role) {
    attempt.why = "no-group";
    return false;
  }
  attempt.entry = std::move(*asked);
  return true;
}

// Takes the charge back, and makes the user what the directory says. False: somebody has changed the user meanwhile.
bool SignIn::settle(Attempt& attempt, int64_t now_ms) {
  UserRows rows(database_);
  const std::string& name = *attempt.name;
  std::optional<UserRow> row = rows.find(name);
  const bool was_there = attempt.row.has_value();
  if (row.has_value() != was_there) return false;
  if (row) {
    if (row->disabled || row->password != attempt.row->password) return false;
    if (row->failures > 0) --row->failures;
    if (row->locked_until_ms == attempt.locked_until_ms) row->locked_until_ms = attempt.row->locked_until_ms;
    attempt.locked_until_ms = row->locked_until_ms;
  }
  if (attempt.entry && (!row || row->from_directory)) {
    const directory::Entry& entry = *attempt.entry;
    const UserRow before = row.value_or(UserRow{});
    if (!row) {
      row.emplace();
      row->name = name;
      row->from_directory = true;
      row->created_ms = now_ms;
      rows.insert(*row);
    }
    row->display = entry.display;
    row->role = *entry.role;
    row->domains = entry.domains;
    rows.update(*row);
    if (was_there && before.role == Role::administrator && rows.enabled_administrators() == 0) {
      row->role = Role::administrator;
      log::warning("user.kept-administrator", {{"user", name}});
    }
    if (!was_there || before.role != row->role || before.domains != row->domains) {
      Sessions::end_all_of(database_, name);
      const nlohmann::json detail = {{"role", to_string(row->role)}, {"domains", to_json(row->domains)}};
      AuditLog(database_).add({"mugai", "ldap", user_act(was_there ? "change" : "add"), name, detail.dump()}, now_ms);
    }
  }
  rows.update(*row);
  attempt.row = std::move(row);
  return true;
}

Result<Step> SignIn::password(const std::string& name, const std::string& password, const std::string& source_address, int64_t now_ms) {
  Result<Step> step = with_password(name, password, source_address, now_ms, [&](UserRow& row) {
    return advance(row, false, "none", source_address, now_ms);
  });
  if (step && step->wanted == Step::Wanted::nothing) log::info("session.begin", {{"user", step->user}, {"source", source_address}});
  return step;
}

// The next step for somebody who has shown the password, and the second factor if they have one. Inside of a transaction.
Step SignIn::advance(UserRow& row, bool second_factor_shown, const std::string& second, const std::string& source_address,
                     int64_t now_ms) {
  Step step;
  step.token = random_token();
  step.user = row.name;
  step.language = row.language;
  SessionRow session{token_hash(step.token), row.name, std::string(kStageSession), "", "", now_ms, now_ms};
  if (!second_factor_shown && !row.totp_secret.empty()) {
    step.wanted = Step::Wanted::second_factor;
    session.stage = kStageSecondFactor;
  } else if (!row.password.empty() && row.must_change_password) {
    step.wanted = Step::Wanted::new_password;
    session.stage = kStageNewPassword;
  } else if (row.totp_secret.empty() && must_have_second_factor(row.role)) {
    step.wanted = Step::Wanted::enrolment;
    session.stage = kStageEnrolment;
    offer_enrolment(step, session);
  } else {
    row.failures = 0;
    row.locked_until_ms = 0;
    row.last_sign_in_ms = now_ms;
    AuditLog(database_).add({row.name, from(source_address), "session.begin", row.name, nlohmann::json{{"second", second}}.dump()}, now_ms);
  }
  SessionRows(database_).insert(session);
  return step;
}

// Another token for a session that goes on. Inside of a transaction.
Step SignIn::renewed(UserRow& row, const std::string& old_token_hash, int64_t created_ms, int64_t now_ms) {
  Step step;
  step.token = random_token();
  step.user = row.name;
  step.language = row.language;
  SessionRows rows(database_);
  rows.remove(old_token_hash);
  rows.insert({token_hash(step.token), row.name, std::string(kStageSession), "", "", created_ms, now_ms});
  return step;
}

void SignIn::offer_enrolment(Step& step, SessionRow& row) const {
  if (row.secret.empty()) row.secret = secrets_.seal(kStageEnrolment, row.token, totp::new_secret());
  const std::string secret = secrets_.unseal(kStageEnrolment, row.token, row.secret).value_or("");
  step.totp_secret = totp::grouped(secret);
  step.totp_uri = totp::uri(secret, row.user, "Mugai " + settings_.node.hostname);
}

// Finds what a token waits for and the user, both good, in one transaction with what `then` does to them. `then` answering
// "session.refused" keeps what it wrote: a counted failure.
Result<Step> SignIn::with_pending(const std::string& pending, std::string_view stage, const std::string& source_address, int64_t now_ms,
                                  const std::function<Result<Step>(SessionRow&, UserRow&)>& then) {
  if (!sources_.allows(source_address, now_ms)) return too_many();
  Result<Step> result = pending_error();
  const Status done = database_.run(true, [&] {
    UserRows users(database_);
    users.lock();
    std::optional<SessionRow> row = SessionRows(database_).find(token_hash(pending));
    if (!row || row->stage != stage || !is_alive(*row, settings_.console, now_ms)) return;
    std::optional<UserRow> user = users.find(row->user);
    if (!user || user->disabled) return;
    result = then(*row, *user);
    users.update(*user);
    if (result) SessionRows(database_).remove(row->token);
  });
  if (!done) return done.error();
  return result;
}

// "totp", "recovery", or empty: wrong. A good one is used up.
std::string SignIn::kind_of_code(UserRow& row, const std::string& untrusted_code, int64_t now_ms) const {
  if (row.totp_secret.empty()) return {};
  const std::optional<std::string> secret = secrets_.unseal("totp", row.name, row.totp_secret);
  if (!secret) {
    log::error("session.secret-lost", {{"user", row.name}});
    return {};
  }
  const std::string code = totp::tidy(untrusted_code);
  if (const std::optional<int64_t> step = totp::verify(*secret, code, row.totp_step, now_ms)) {
    row.totp_step = *step;
    return "totp";
  }
  const auto found = std::find(row.recovery.begin(), row.recovery.end(), totp::recovery_hash(row.name, code));
  if (found == row.recovery.end()) return {};
  row.recovery.erase(found);
  return "recovery";
}

Result<Step> SignIn::second_factor(const std::string& pending, const std::string& code, const std::string& source_address, int64_t now_ms) {
  std::string user, why;
  int64_t locked_until_ms = 0;
  Result<Step> step = with_pending(pending, kStageSecondFactor, source_address, now_ms, [&](SessionRow&, UserRow& row) -> Result<Step> {
    user = row.name;
    const bool locked = row.locked_until_ms > now_ms;
    const std::string kind = locked ? "" : kind_of_code(row, code, now_ms);
    if (!kind.empty()) return advance(row, true, kind, source_address, now_ms);
    why = locked ? "locked" : "code";
    if (!locked) count_failure(row, now_ms);
    locked_until_ms = row.locked_until_ms;
    record_refusal(database_, row.name, why, source_address, now_ms);
    return refused_text();
  });
  if (!why.empty() && !step) return turned_away(user, why, source_address, locked_until_ms, now_ms);
  if (step && step->wanted == Step::Wanted::nothing) log::info("session.begin", {{"user", user}, {"source", source_address}});
  return step;
}

Result<Step> SignIn::new_password(const std::string& pending, const std::string& password, const std::string& source_address,
                                  int64_t now_ms) {
  std::string user, old_hash;
  try {
    const std::optional<SessionRow> row = SessionRows(database_).find(token_hash(pending));
    if (row && row->stage == kStageNewPassword) user = row->user;
    if (const std::optional<UserRow> found = UserRows(database_).find(user)) old_hash = found->password;
  } catch (const Poco::Exception&) {
    return database_error();
  }
  if (old_hash.empty()) return pending_error();
  if (const Status good = passwords::acceptable(password, user); !good) return good.error();
  if (passwords::verify(old_hash, password))
    return Error{"password.weak", "今と同じパスワードです。別のものにしてください / this is the same password; choose another", ""};
  const Result<std::string> hash = passwords::hash(password);
  if (!hash) return hash.error();
  Result<Step> step = with_pending(pending, kStageNewPassword, source_address, now_ms, [&](SessionRow& row, UserRow& account) -> Result<Step> {
    if (account.password != old_hash) return pending_error();
    account.password = *hash;
    account.must_change_password = false;
    Sessions::end_all_of(database_, account.name, pending);
    AuditLog(database_).add({account.name, from(source_address), user_act("password"), account.name, R"({"password":"own"})"}, now_ms);
    return advance(account, true, account.totp_secret.empty() ? "none" : "totp", source_address, now_ms);
  });
  if (step && step->wanted == Step::Wanted::nothing) log::info("session.begin", {{"user", user}, {"source", source_address}});
  return step;
}

Result<Step> SignIn::waiting(const std::string& pending, int64_t now_ms) {
  try {
    std::optional<SessionRow> row = SessionRows(database_).find(token_hash(pending));
    if (!row || row->stage == kStageSession || !is_alive(*row, settings_.console, now_ms)) return pending_error();
    const std::optional<UserRow> user = UserRows(database_).find(row->user);
    if (!user || user->disabled) return pending_error();
    Step step;
    step.token = pending;
    step.user = user->name;
    step.language = user->language;
    step.wanted = row->stage == kStageSecondFactor  ? Step::Wanted::second_factor
                  : row->stage == kStageNewPassword ? Step::Wanted::new_password
                                                    : Step::Wanted::enrolment;
    if (row->stage == kStageEnrolment) offer_enrolment(step, *row);
    return step;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

}  // namespace mugai::gateway
