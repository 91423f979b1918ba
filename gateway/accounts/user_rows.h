// The table of users, for the classes that act on it. Everything here is called inside of a transaction, or only reads;
// Poco's exceptions go through to the caller, whose transaction they end. Bound to a Database and its thread.
#pragma once

#include "gateway/accounts/users.h"

namespace mugai::gateway {

struct UserRow : User {
  std::string password;                // Argon2id; empty: the directory's counts
  std::string totp_secret;             // sealed for "totp" about the name; empty: none
  int64_t totp_step = 0;               // of the last code that was used
  std::vector<std::string> recovery;   // hashes of the codes that are left
};

class UserRows {
 public:
  explicit UserRows(Database& database) : database_(database) {}

  // First in every transaction that changes users: until its end nobody else does, on any node.
  void lock();
  std::optional<UserRow> find(const std::string& name);
  std::vector<UserRow> all();          // by name
  void insert(const UserRow& row);
  void update(const UserRow& row);     // all but name and created_ms
  int64_t enabled_administrators();

 private:
  std::vector<UserRow> select(const std::string& where, const std::string& bound);

  Database& database_;
};

// A wrong password or code: from the fifth on the account waits for 1, 2, 4 ... 60 minutes.
void count_failure(UserRow& row, int64_t now_ms);

// The name of an act in the audit log: "user.add".
inline std::string user_act(const std::string& verb) { return "user." + verb; }

std::string to_json(const std::vector<std::string>& list);
std::vector<std::string> list_from_json(const std::string& text);

}  // namespace mugai::gateway
