// Users as a CSV file, for the transfers of April: name,display,role,domains,language,disabled. Reading takes UTF-8 (with or
// without BOM) and Shift_JIS, columns in any order, and finds every mistake with its line; importing is one transaction, all
// or nothing. A column that is not there leaves that field as it is. Writing makes no cell that a spreadsheet would
// calculate, and reading takes it back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/base/bytes.h"
#include "gateway/accounts/users.h"

namespace mugai::gateway {

struct UserLine {
  size_t line = 0;                 // of the file, from 1
  std::string name;
  UserChange fields;
  std::optional<bool> disabled;
};

// Error "user.file": each mistake on a line of the text, with the line of the file.
Result<std::vector<UserLine>> read_user_file(Bytes untrusted);
std::string write_user_file(const std::vector<User>& users);

struct ImportOptions {
  bool dry_run = false;            // the same answer, and nothing is changed
  bool disable_missing = false;    // whoever is not in the file
  bool directory_only = false;     // new users get no password here
};

struct ImportedUser {
  std::string name, what;          // "add", "change", "disable", "enable"; who stays as they are is not named
  std::string password;            // of a new user: shown once
};

// Errors as of Users, and "user.file".
Result<std::vector<ImportedUser>> import_users(Users& users, const Person& by, const std::vector<UserLine>& lines,
                                               const ImportOptions& options, int64_t now_ms);

}  // namespace mugai::gateway
