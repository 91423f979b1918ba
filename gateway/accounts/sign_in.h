// Signing in, step by step: password, then what the account wants next, each under a fresh token, until there is a session.
//
//   password() ─▶ second_factor ─▶ new_password ─▶ enrolment ─▶ done          each only where it is wanted
//
// The caller puts Step::token into the cookie, whatever the step, and shows the page for Step::wanted. A token for a step
// is good for ten minutes and for nothing but that step; when a step succeeds the old token is void. All that is wrong with
// a name, password or code is the same Error ("session.refused") after the same time; after five failures an account waits
// 1, 2, 4 ... 60 minutes, and then a right password is refused like a wrong one. What happened is in the audit log
// ("session.begin", "session.refused") and in the log. Bound to a Database and its thread; cheap to make for each request;
// secrets, limits, settings and directory are shared and outlive it. password() and new_password() take a tenth of a second
// and 64 MiB; with a directory (LDAP) also its answer's time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "gateway/accounts/secrets.h"
#include "gateway/accounts/sessions.h"
#include "gateway/accounts/source_limit.h"
#include "gateway/database/database.h"

namespace mugai::gateway {

struct UserRow;
struct SessionRow;

struct Step {
  enum class Wanted {
    second_factor,   // -> SignIn::second_factor
    new_password,    // the one in use was given by somebody else -> SignIn::new_password
    enrolment,       // -> SignIn::enrol; show totp_secret and totp_uri (as text, or as a QR code)
    nothing,         // `token` is a session
  };
  Wanted wanted = Wanted::nothing;
  std::string token;
  std::string user;                          // name, once the password was right
  std::string language = "ja";
  std::string totp_secret, totp_uri;         // enrolment: base32 in groups of four; "otpauth://totp/..."
  std::vector<std::string> recovery_codes;   // after enrolment and new_recovery_codes(): show once, they are never seen again
};

class SignIn {
 public:
  // `settings` has [console] and [ldap].
  SignIn(Database& database, const Secrets& secrets, SourceLimit& sources, const config::Config& settings)
      : database_(database), secrets_(secrets), sources_(sources), settings_(settings) {}

  // Errors of all steps: "session.refused"; "session.too-many" (this address has failed too often: 429); "session.pending"
  // (the token is unknown, used, too old or for another step: begin again with the password); "store.database".
  Result<Step> password(const std::string& name, const std::string& password, const std::string& source_address,
                        int64_t now_ms);
  // `code`: six digits of the app, or a recovery code; blanks and hyphens do not matter. After "session.refused" the token
  // is still good.
  Result<Step> second_factor(const std::string& pending, const std::string& code, const std::string& source_address,
                             int64_t now_ms);
  // Also "password.weak", whose text says why; the token is still good.
  Result<Step> new_password(const std::string& pending, const std::string& password, const std::string& source_address,
                            int64_t now_ms);
  // A wrong code leaves the token and the secret as they were. The step that follows carries the recovery codes.
  Result<Step> enrol(const std::string& pending, const std::string& code, const std::string& source_address, int64_t now_ms);
  // What a pending token waits for, to show its page (again). The secret of an enrolment stays the same.
  Result<Step> waiting(const std::string& pending, int64_t now_ms);

  // For people with a session; each answers with a fresh token that replaces it.
  // Enrolment for those who need not: the session goes on with its old token until enrol() has succeeded.
  // "session.enrolled": there is a second factor already; an administrator can reset it.
  Result<Step> begin_enrolment(const std::string& session, int64_t now_ms);
  // All other sessions of the user end. "session.refused" (the old one is wrong), "password.weak", "password.elsewhere"
  // (it is the directory's).
  Result<Step> change_password(const std::string& session, const std::string& old_password, const std::string& new_password,
                               const std::string& source_address, int64_t now_ms);
  // The old ones are void.
  Result<Step> new_recovery_codes(const std::string& session, const std::string& code, const std::string& source_address,
                                  int64_t now_ms);

 private:
  struct Attempt;

  Result<Step> with_password(const std::string& name, const std::string& password, const std::string& source_address,
                             int64_t now_ms, const std::function<Step(UserRow&)>& then);
  bool is_right(Attempt& attempt, const std::string& password) const;
  bool settle(Attempt& attempt, int64_t now_ms);
  Result<Step> with_pending(const std::string& pending, std::string_view stage, const std::string& source_address,
                            int64_t now_ms, const std::function<Result<Step>(SessionRow&, UserRow&)>& then);
  std::string kind_of_code(UserRow& row, const std::string& untrusted_code, int64_t now_ms) const;
  Step advance(UserRow& row, bool second_factor_shown, const std::string& second, const std::string& source_address, int64_t now_ms);
  Step renewed(UserRow& row, const std::string& old_token_hash, int64_t created_ms, int64_t now_ms);
  void offer_enrolment(Step& step, SessionRow& row) const;
  Error turned_away(const std::string& user, const std::string& why, const std::string& source_address, int64_t locked_until_ms, int64_t now_ms);

  Database& database_;
  const Secrets& secrets_;
  SourceLimit& sources_;
  const config::Config& settings_;
};

}  // namespace mugai::gateway
