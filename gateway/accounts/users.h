// The people who may sign in: adding, changing, disabling them, giving passwords. Every act asks may(change_users), is one
// transaction with its audit record ("user.add", ...), and ends the user's sessions where what they may do changes. Whoever
// is limited to domains sees and changes only users within these. No act leaves the gateway without an administrator who
// is enabled. Names are lower-case ASCII. Bound to a Database and its thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/accounts/person.h"
#include "gateway/database/database.h"

namespace mugai::gateway {

struct UserRow;

struct User {
  std::string name, display;
  Role role = Role::requester;
  std::vector<std::string> domains;      // as in Person; empty: everybody's
  std::string language = "ja";           // "ja", "en"
  bool disabled = false;
  bool from_directory = false;           // made and kept up to date by the groups of the directory
  bool has_password = false;             // of ours; otherwise only the directory's counts
  bool must_change_password = false;
  bool has_second_factor = false;
  uint32_t recovery_codes_left = 0;
  uint32_t failures = 0;                 // since the last time that signing in succeeded
  int64_t locked_until_ms = 0;
  int64_t last_sign_in_ms = 0;           // 0: never
  int64_t created_ms = 0;
};

struct NewUser {
  std::string name{}, display{};
  Role role = Role::requester;
  std::vector<std::string> domains{};
  std::string language = "ja";
};

struct UserChange {   // what is not given stays
  std::optional<std::string> display{};
  std::optional<Role> role{};
  std::optional<std::vector<std::string>> domains{};
  std::optional<std::string> language{};
};

enum class PasswordKind { generated, given, given_and_final, directory_only };
struct PasswordChoice {
  PasswordKind kind = PasswordKind::generated;   // all but given_and_final must be changed at the next sign-in
  std::string password{};                        // of the given kinds
  // Its hash, made beforehand by passwords::hash: for many users in one transaction, which would otherwise take as long as
  // all their hashes. The password itself is then shown to nobody by Users.
  std::string hash{};
};

class Users {
 public:
  explicit Users(Database& database) : database_(database) {}

  // Errors of all: "user.forbidden", "user.unknown" (also where it is not theirs to see), "user.last-administrator",
  // "user.invalid" (its text says what is wrong), "user.exists", "password.weak", "store.database".
  Result<std::vector<User>> list(const Person& by);
  Result<User> find(const Person& by, const std::string& name);

  // The answer is the generated password, to be shown once; empty for the other kinds.
  Result<std::string> add(const Person& by, const NewUser& user, const PasswordChoice& password, int64_t now_ms);
  Result<std::string> set_password(const Person& by, const std::string& name, const PasswordChoice& password, int64_t now_ms);
  Status change(const Person& by, const std::string& name, const UserChange& change, int64_t now_ms);
  Status disable(const Person& by, const std::string& name, int64_t now_ms);
  Status enable(const Person& by, const std::string& name, int64_t now_ms);
  // Secret and recovery codes go; who must have a second factor enrols at the next sign-in.
  Status reset_totp(const Person& by, const std::string& name, int64_t now_ms);
  // After too many wrong passwords.
  Status unlock(const Person& by, const std::string& name, int64_t now_ms);
  // What users do for themselves; needs no permission. "ja" or "en".
  Status set_own_language(const Person& by, const std::string& language, int64_t now_ms);

  // Several acts as one: all of them, or none. `body` uses the functions above.
  Status together(const std::function<Status()>& body);

 private:
  // `change` alters the row and says what it did, for the log.
  using Change = std::function<Status(UserRow& row, std::vector<std::pair<std::string, std::string>>& did)>;
  Status act(const Person& by, const std::string& verb, const std::string& name, int64_t now_ms, const Change& change);
  Status transaction(const std::function<Status()>& body);

  Database& database_;
  bool within_ = false;   // together() has the transaction
};

// Whether `by`, if limited to domains, is responsible for all that a user with these domains is.
bool governs(const Person& by, const std::vector<std::string>& domains);

// Whether somebody with this role must have a second factor: all who may release.
bool must_have_second_factor(Role role);

// "Suzuki" -> "suzuki"; nothing when it cannot be a user's name.
std::optional<std::string> user_name_from(std::string_view untrusted);

}  // namespace mugai::gateway
