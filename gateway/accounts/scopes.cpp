#include <array>
#include <utility>

#include "gateway/accounts/api_tokens.h"

namespace mugai::gateway {

namespace {

using enum Permission;

constexpr std::array<std::pair<Permission, std::string_view>, 15> kScopes{{
    {see_items, "items.read"},
    {see_content, "content.read"},
    {request_release, "release.request"},
    {release_sanitized, "release.sanitized"},
    {release_original, "release.original"},
    {deny, "items.deny"},
    {delete_items, "items.delete"},
    {see_messages, "messages.read"},
    {see_queue, "queue.read"},
    {change_queue, "queue.change"},
    {see_audit, "audit.read"},
    {see_users, "users.read"},
    {see_settings, "settings.read"},
    {try_out, "simulate.run"},
    {see_metrics, "metrics.read"},
}};

}  // namespace

std::string_view scope_of(Permission permission) {
  for (const auto& [one, scope] : kScopes)
    if (one == permission) return scope;
  return "";
}

std::optional<Permission> permission_from(std::string_view scope) {
  for (const auto& [permission, name] : kScopes)
    if (name == scope) return permission;
  return std::nullopt;
}

std::vector<Permission> all_permissions() {
  std::vector<Permission> all{change_users};
  for (const auto& [permission, scope] : kScopes) all.push_back(permission);
  return all;
}

}  // namespace mugai::gateway
