// The table of sessions and of sign-ins that are under way, for Sessions and SignIn. Poco's exceptions go through to the
// caller. Bound to a Database and its thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"
#include "gateway/database/database.h"

namespace mugai::gateway {

inline constexpr std::string_view kStageSession = "session", kStageSecondFactor = "second-factor",
                                  kStageNewPassword = "new-password", kStageEnrolment = "enrolment";
inline constexpr int64_t kPendingMs = 600'000;   // for each step of signing in

struct SessionRow {
  std::string token;      // its hash
  std::string user, stage;
  std::string secret;     // enrolment: sealed for "enrolment" about the token's hash
  std::string replaces;   // enrolment out of a session: the hash of that session's token
  int64_t created_ms = 0, seen_ms = 0;
};

// Whether it is neither too old nor idle for too long.
bool is_alive(const SessionRow& row, const config::Console& settings, int64_t now_ms);

class SessionRows {
 public:
  explicit SessionRows(Database& database) : database_(database) {}

  std::optional<SessionRow> find(const std::string& token_hash);
  void insert(const SessionRow& row);
  void seen(const std::string& token_hash, int64_t now_ms);
  void remove(const std::string& token_hash);

 private:
  Database& database_;
};

}  // namespace mugai::gateway
