// Who acts, and what they may do. A Person is what signing in, the command line or an API token ends in; every act on held
// things, queue, users and log takes one, asks may() and sees(), and enters the name in the audit log. Pure values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mugai::gateway {

enum class Role { administrator, operator_, approver, auditor, requester };
std::string_view to_string(Role role);   // "administrator", "operator", ...
std::optional<Role> role_from(std::string_view text);

enum class Permission {
  see_items,           // rows of the quarantine: who, what, why; never the content
  see_content,         // previews and bodies
  request_release,
  release_sanitized,   // again through the pipeline
  release_original,    // as it came (method 4)
  deny, delete_items,
  see_messages,        // tracking
  see_queue, change_queue,
  see_audit, see_users, change_users,
  see_settings, try_out, see_metrics,
  compare_profiles,    // start and stop a trial run of a profile
};

// A table, in person.cpp. administrator: all. operator: all but originals, users, audit and trial runs. approver: items, content,
// both ways of release, deny. auditor: sees everything but content, changes nothing. requester: sees items, may ask.
bool may(Role role, Permission permission);

struct Person {
  std::string name;                    // "suzuki"; enters the audit log
  std::string source;                  // "cli", "console 10.1.0.9", "api 10.1.0.9", "link 10.1.0.9"
  Role role = Role::requester;
  std::vector<std::string> domains;    // lower-case "kaikei.city.example.lg.jp" or whole addresses; empty: everybody's
  std::vector<Permission> withheld;    // an API token's scopes leave less than its owner has

  bool may(Permission permission) const;
  // Whether something for these recipients is theirs to look at: at least one recipient is of their domains.
  bool sees(std::span<const std::string> recipients) const;
  // Of these recipients those that are theirs to know: the others of a shared mail may be blind copies.
  std::vector<std::string> own(std::vector<std::string> recipients) const;
  // Whether it is theirs to decide: all recipients are of their domains, and there are any.
  bool decides_for(std::span<const std::string> recipients) const;

 private:
  bool is_theirs(std::string_view recipient) const;
};

// Who ran sudo, or the user at hand.
std::string person_at_the_terminal();
// For acts at the command line: root, or the gateway's own user, is an administrator; the name is that of the terminal.
Person person_at_the_command_line();

}  // namespace mugai::gateway
