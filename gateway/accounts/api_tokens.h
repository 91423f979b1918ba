// Tokens for programs: who it speaks for, for what, and until when. Only a hash of it is in the database. What a token may
// do is what its owner may do today, less all that is not among its scopes; a disabled owner's tokens do nothing. Making
// and revoking are acts of those who may change users, on record ("token.add", "token.revoke"). Bound to a Database and
// its thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/accounts/person.h"
#include "gateway/database/database.h"

namespace mugai::gateway {

struct ApiToken {
  std::string id;                    // to name it by; no secret
  std::string user, label;
  std::vector<Permission> scopes;
  int64_t created_ms = 0, expires_ms = 0;
  int64_t last_used_ms = 0;          // to the minute; 0: never
};

struct MadeToken {
  std::string id;
  std::string secret;                // "mugai_..."; shown once
};

class ApiTokens {
 public:
  explicit ApiTokens(Database& database) : database_(database) {}

  // "token.invalid" (no scope, no end, or longer than ten years), "user.unknown", "user.forbidden".
  Result<MadeToken> add(const Person& by, const std::string& user, const std::string& label,
                        const std::vector<Permission>& scopes, int64_t expires_ms, int64_t now_ms);
  // `user` empty: all.
  Result<std::vector<ApiToken>> list(const Person& by, const std::string& user);
  Status revoke(const Person& by, const std::string& id, int64_t now_ms);   // "token.unknown"

  // Nothing: no such token, too old, owner disabled, or no database. Source: "api <address>".
  std::optional<Person> find(const std::string& secret, const std::string& source_address, int64_t now_ms);

 private:
  Database& database_;
};

// The names of permissions, as scopes and pages say them: "items.read", "content.read", "release.sanitized", ...
std::string_view scope_of(Permission permission);
std::optional<Permission> permission_from(std::string_view scope);
std::vector<Permission> all_permissions();

}  // namespace mugai::gateway
