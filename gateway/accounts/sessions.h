// Sessions of people at the console: a random token in the cookie, its hash in the database. A session ends when it idles
// too long (console.session_idle), when it is too old (console.session_max), and at once when its user is disabled, gets
// another password, role or a reset second factor. What a person may do is read from the user at each find(), never kept in
// the session. Bound to a Database and its thread; cheap to make for each request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/config.h"
#include "gateway/accounts/person.h"
#include "gateway/accounts/secrets.h"
#include "gateway/database/database.h"

namespace mugai::gateway {

struct Session {
  Person person;                 // source: "console <address of this request>"
  std::string csrf;              // must come back with every request that changes something; see Sessions::csrf_of
  std::string display;           // name to show
  std::string language;          // "ja" or "en"
  bool second_factor = false;    // the user has one
  bool local_password = true;    // false: the password is the directory's, and not ours to change
  int64_t created_ms = 0;
  int64_t ends_ms = 0;           // when it ends at the latest, whatever is done with it
};

class Sessions {
 public:
  Sessions(Database& database, const Secrets& secrets, const config::Console& settings)
      : database_(database), secrets_(secrets), settings_(settings) {}

  // Nothing: sign in (again). Also nothing when the database does not answer. Counts as use of the session. A token that
  // only waits for a second step (SignIn) is not a session.
  std::optional<Session> find(const std::string& token, const std::string& source_address, int64_t now_ms);
  // Signing out: on record as "session.end". A token that is no session is no error.
  Status end(const std::string& token, const std::string& source_address, int64_t now_ms);
  // All of one user, but `except_token`; inside of the caller's transaction. For acts that must revoke.
  static void end_all_of(Database& database, const std::string& user, const std::string& except_token = {});
  // Housekeeping: rows that can no longer be used.
  Status sweep(int64_t now_ms);

  // Bound to the token, so that a page before sign-in can have one too (with SignIn's pending tokens).
  std::string csrf_of(const std::string& token) const { return secrets_.sign("csrf", token); }
  bool csrf_is_good(const std::string& token, const std::string& untrusted_csrf) const {
    return !token.empty() && secrets_.verify("csrf", token, untrusted_csrf);
  }

 private:
  Database& database_;
  const Secrets& secrets_;
  const config::Console& settings_;
};

}  // namespace mugai::gateway
