// A directory (LDAP, Active Directory) as a second source of passwords: the entry of a name is looked up under the
// configured account, then its DN and the password are tried with a bind of their own. Always under TLS with a checked
// certificate; never with an empty password, which many servers take for "anonymous" and answer with success. What was typed
// is escaped before it becomes part of a filter (RFC 4515). Each call makes its own connections; any thread; blocks for a
// few times [ldap] timeout at the most.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/result.h"
#include "config/config.h"
#include "gateway/accounts/person.h"

namespace mugai::gateway::directory {

struct Entry {
  std::string display;
  std::optional<Role> role;            // of the first [[ldap_group]] that has this person; nothing: of none
  std::vector<std::string> domains;    // of that group
};

// Nothing: no such name, more than one, or a wrong password. Errors: "ldap.unavailable", "ldap.settings".
Result<std::optional<Entry>> authenticate(const config::Ldap& settings, const std::string& name, const std::string& password);

std::string escaped(std::string_view untrusted);   // as a value in a filter

}  // namespace mugai::gateway::directory
