// What people do to their own account: enrolling a second factor, another password, other recovery codes.
#include <Poco/Exception.h>

#include "gateway/accounts/passwords.h"
#include "gateway/accounts/session_rows.h"
#include "gateway/accounts/sign_in.h"
#include "gateway/accounts/totp.h"
#include "gateway/accounts/user_rows.h"
#include "gateway/audit/audit_log.h"
#include "gateway/log.h"

namespace mugai::gateway {

namespace {

Error no_session() {
  return {"session.pending", "時間切れです。サインインからやり直してください / This took too long; sign in again", ""};
}

std::vector<std::string> give_recovery_codes(UserRow& row) {
  std::vector<std::string> codes = totp::new_recovery_codes();
  row.recovery.clear();
  for (const std::string& code : codes) row.recovery.push_back(totp::recovery_hash(row.name, code));
  return codes;
}

}  // namespace

Result<Step> SignIn::begin_enrolment(const std::string& session, int64_t now_ms) {
  Result<Step> result = no_session();
  const Status done = database_.run(true, [&] {
    UserRows users(database_);
    users.lock();
    SessionRows rows(database_);
    const std::optional<SessionRow> row = rows.find(token_hash(session));
    if (!row || row->stage != kStageSession || !is_alive(*row, settings_.console, now_ms)) return;
    const std::optional<UserRow> user = users.find(row->user);
    if (!user || user->disabled) return;
    if (user->has_second_factor) {
      result = Error{"session.enrolled", "二要素認証は登録済みです。管理者が解除できます / there is a second factor already; an administrator can reset it", ""};
      return;
    }
    Step step;
    step.wanted = Step::Wanted::enrolment;
    step.token = random_token();
    step.user = user->name;
    step.language = user->language;
    SessionRow pending{token_hash(step.token), user->name, std::string(kStageEnrolment), "", row->token, now_ms, now_ms};
    offer_enrolment(step, pending);
    rows.insert(pending);
    result = std::move(step);
  });
  if (!done) return done.error();
  return result;
}

Result<Step> SignIn::enrol(const std::string& pending, const std::string& code, const std::string& source_address, int64_t now_ms) {
  bool begins = false, wrong = false;
  Result<Step> step = with_pending(pending, kStageEnrolment, source_address, now_ms, [&](SessionRow& row, UserRow& user) -> Result<Step> {
    const std::optional<std::string> secret = secrets_.unseal(kStageEnrolment, row.token, row.secret);
    if (!secret || user.has_second_factor) return no_session();
    SessionRows sessions(database_);
    std::optional<SessionRow> replaced;
    if (!row.replaces.empty()) {
      replaced = sessions.find(row.replaces);
      if (!replaced || !is_alive(*replaced, settings_.console, now_ms)) return no_session();
    }
    const std::optional<int64_t> at = totp::verify(*secret, totp::tidy(code), 0, now_ms);
    wrong = !at;
    if (wrong)
      return Error{"session.refused", "コードが違います。時計が合っているか確かめてください / Wrong code; is the clock of the telephone right?", ""};
    user.totp_secret = secrets_.seal("totp", user.name, *secret);
    user.totp_step = *at;
    const std::vector<std::string> codes = give_recovery_codes(user);
    Sessions::end_all_of(database_, user.name);
    AuditLog(database_).add({user.name, "console " + source_address, user_act("enrol-totp"), user.name, ""}, now_ms);
    begins = !replaced;
    Step next = replaced ? renewed(user, replaced->token, replaced->created_ms, now_ms) : advance(user, true, "totp", source_address, now_ms);
    next.recovery_codes = codes;
    return next;
  });
  if (wrong && !step) sources_.failed(source_address, now_ms);
  if (step && begins) log::info("session.begin", {{"user", step->user}, {"source", source_address}});
  return step;
}

Result<Step> SignIn::change_password(const std::string& session, const std::string& old_password, const std::string& new_password,
                                     const std::string& source_address, int64_t now_ms) {
  const std::optional<Session> found = Sessions(database_, secrets_, settings_.console).find(session, source_address, now_ms);
  if (!found) return no_session();
  const std::string& user = found->person.name;
  if (!found->local_password)
    return Error{"password.elsewhere", "パスワードはディレクトリー側で変更してください / change this password in the directory", ""};
  if (const Status good = passwords::acceptable(new_password, user); !good) return good.error();
  if (new_password == old_password)
    return Error{"password.weak", "今と同じパスワードです。別のものにしてください / this is the same password; choose another", ""};
  const Result<std::string> hash = passwords::hash(new_password);
  if (!hash) return hash.error();
  return with_password(user, old_password, source_address, now_ms, [&](UserRow& row) {
    row.password = *hash;
    row.must_change_password = false;
    row.failures = 0;
    Sessions::end_all_of(database_, user);
    AuditLog(database_).add({user, found->person.source, user_act("password"), user, R"({"password":"own"})"}, now_ms);
    return renewed(row, token_hash(session), found->created_ms, now_ms);
  });
}

Result<Step> SignIn::new_recovery_codes(const std::string& session, const std::string& code, const std::string& source_address,
                                        int64_t now_ms) {
  std::string refused_user;
  int64_t locked_until_ms = 0;
  Result<Step> step = with_pending(session, kStageSession, source_address, now_ms, [&](SessionRow& row, UserRow& user) -> Result<Step> {
    const bool locked = user.locked_until_ms > now_ms;
    if (locked || kind_of_code(user, code, now_ms) != "totp") {
      if (!locked) count_failure(user, now_ms);
      refused_user = user.name;
      locked_until_ms = user.locked_until_ms;
      return no_session();
    }
    AuditLog(database_).add({user.name, "console " + source_address, user_act("recovery-codes"), user.name, ""}, now_ms);
    Step next = renewed(user, row.token, row.created_ms, now_ms);
    next.recovery_codes = give_recovery_codes(user);
    return next;
  });
  if (!refused_user.empty()) return turned_away(refused_user, "code", source_address, locked_until_ms, now_ms);
  return step;
}

}  // namespace mugai::gateway
