#include "gateway/accounts/person.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace mugai::gateway {

namespace {

using enum Permission;

constexpr std::array kOperator{see_items, see_content, request_release, release_sanitized, deny, delete_items, see_messages,
                               see_queue, change_queue, see_settings, try_out, see_metrics};
constexpr std::array kApprover{see_items, see_content, request_release, release_sanitized, release_original, deny, see_messages};
constexpr std::array kAuditor{see_items, see_messages, see_queue, see_audit, see_users, see_settings, see_metrics};
constexpr std::array kRequester{see_items, request_release};

template <size_t N>
bool has(const std::array<Permission, N>& list, Permission permission) {
  return std::find(list.begin(), list.end(), permission) != list.end();
}

bool belongs(std::string_view recipient, std::string_view to) {
  if (to.find('@') != std::string_view::npos) return recipient == to;
  const size_t at = recipient.rfind('@');
  return at != std::string_view::npos && recipient.substr(at + 1) == to;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::administrator: return "administrator";
    case Role::operator_: return "operator";
    case Role::approver: return "approver";
    case Role::auditor: return "auditor";
    case Role::requester: break;
  }
  return "requester";
}

std::optional<Role> role_from(std::string_view text) {
  for (const Role role : {Role::administrator, Role::operator_, Role::approver, Role::auditor, Role::requester})
    if (text == to_string(role)) return role;
  return std::nullopt;
}

bool may(Role role, Permission permission) {
  switch (role) {
    case Role::administrator: return true;
    case Role::operator_: return has(kOperator, permission);
    case Role::approver: return has(kApprover, permission);
    case Role::auditor: return has(kAuditor, permission);
    case Role::requester: return has(kRequester, permission);
  }
  return false;
}

bool Person::may(Permission permission) const {
  return gateway::may(role, permission) && std::find(withheld.begin(), withheld.end(), permission) == withheld.end();
}

bool Person::is_theirs(std::string_view recipient) const {
  return std::any_of(domains.begin(), domains.end(),
                     [address = lower(recipient)](const std::string& one) { return belongs(address, one); });
}

bool Person::sees(std::span<const std::string> recipients) const {
  return domains.empty() || std::any_of(recipients.begin(), recipients.end(), [this](const std::string& one) { return is_theirs(one); });
}

std::vector<std::string> Person::own(std::vector<std::string> recipients) const {
  if (!domains.empty()) std::erase_if(recipients, [this](const std::string& one) { return !is_theirs(one); });
  return recipients;
}

bool Person::decides_for(std::span<const std::string> recipients) const {
  if (domains.empty()) return true;
  return !recipients.empty() && std::all_of(recipients.begin(), recipients.end(), [this](const std::string& one) { return is_theirs(one); });
}

std::string person_at_the_terminal() {
  if (const char* sudo = std::getenv("SUDO_USER"); sudo && *sudo && ::getuid() == 0) return sudo;
  const passwd* entry = ::getpwuid(::getuid());
  return entry ? entry->pw_name : std::to_string(::getuid());
}

Person person_at_the_command_line() { return {person_at_the_terminal(), "cli", Role::administrator, {}, {}}; }

}  // namespace mugai::gateway
