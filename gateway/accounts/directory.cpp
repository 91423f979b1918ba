#include "gateway/accounts/directory.h"

#include <ldap.h>
#include <sys/stat.h>

#include <memory>

#include "gateway/accounts/directory_connection.h"
#include "gateway/file.h"

namespace mugai::gateway::directory {

namespace {

struct FreeMessage {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Answer = std::unique_ptr<LDAPMessage, FreeMessage>;
struct FreeText {
  void operator()(char* text) const { ldap_memfree(text); }
};

timeval seconds_of(const config::Ldap& settings) {
  const auto ms = settings.timeout.count();
  return {static_cast<time_t>(ms / 1000), static_cast<suseconds_t>(ms % 1000 * 1000)};
}

int bind(LDAP* handle, const std::string& dn, const std::string& password) {
  berval credentials{password.size(), const_cast<char*>(password.data())};
  return ldap_sasl_bind_s(handle, dn.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, nullptr);
}

Result<std::string> service_password(const config::Ldap& settings) {
  if (settings.bind_dn.empty()) return std::string();
  struct stat found{};
  if (::stat(settings.bind_password_file.c_str(), &found) == 0 && (found.st_mode & 077) != 0)
    return Error{"ldap.settings", "ldap.bind_password_file を他の利用者が読めます / others may read ldap.bind_password_file; chmod 600 it", ""};
  const Result<std::string> file = read_file(settings.bind_password_file, 4096);
  if (!file) return Error{"ldap.settings", "ldap.bind_password_file を読めません / cannot read ldap.bind_password_file", file.error().detail};
  std::string line = file->substr(0, file->find('\n'));
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) return Error{"ldap.settings", "ldap.bind_password_file が空です / ldap.bind_password_file is empty", ""};
  return line;
}

int search(LDAP* handle, const config::Ldap& settings, const std::string& base, int scope, const std::string& filter,
           const char* attribute, Answer& out) {
  std::string name(attribute);
  char* attributes[] = {name.data(), nullptr};
  timeval timeout = seconds_of(settings);
  LDAPMessage* message = nullptr;
  constexpr int kMost = 2;   // a second one is enough to know that a name is not unique
  const int code = ldap_search_ext_s(handle, base.c_str(), scope, filter.c_str(), attributes, 0, nullptr, nullptr, &timeout, kMost, &message);
  out.reset(message);
  return code;
}

std::string first_value(LDAP* handle, LDAPMessage* entry, const char* attribute) {
  berval** values = ldap_get_values_len(handle, entry, attribute);
  std::string out;
  if (values && values[0]) out.assign(values[0]->bv_val, values[0]->bv_len);
  ldap_value_free_len(values);
  return out;
}

struct Found {
  std::string dn, display;
};

Result<std::optional<Found>> look_up(LDAP* handle, const config::Ldap& settings, const std::string& name) {
  std::string filter = settings.filter;
  const std::string value = escaped(name);
  for (size_t at = 0; (at = filter.find("{name}", at)) != filter.npos; at += value.size()) filter.replace(at, 6, value);
  Answer answer;
  const int code = search(handle, settings, settings.base, LDAP_SCOPE_SUBTREE, filter, "displayName", answer);
  if (code == LDAP_SIZELIMIT_EXCEEDED || code == LDAP_NO_SUCH_OBJECT) return std::optional<Found>();
  if (code == LDAP_FILTER_ERROR) return Error{"ldap.settings", "ldap.filter が正しくありません / ldap.filter is not a filter", ldap_err2string(code)};
  if (code != LDAP_SUCCESS) return unavailable(code);
  if (ldap_count_entries(handle, answer.get()) != 1) return std::optional<Found>();
  LDAPMessage* entry = ldap_first_entry(handle, answer.get());
  const std::unique_ptr<char, FreeText> dn(ldap_get_dn(handle, entry));
  if (!dn || !*dn) return std::optional<Found>();
  return std::optional<Found>(Found{dn.get(), first_value(handle, entry, "displayName")});
}

// A group is asked for itself: that works with and without memberOf, and however many groups there are.
Result<bool> is_member(LDAP* handle, const config::Ldap& settings, const std::string& group, const Found& person, const std::string& name) {
  const std::string dn = escaped(person.dn);
  const std::string filter = "(|(member=" + dn + ")(uniqueMember=" + dn + ")(memberUid=" + escaped(name) + "))";
  Answer answer;
  const int code = search(handle, settings, group, LDAP_SCOPE_BASE, filter, LDAP_NO_ATTRS, answer);
  if (code == LDAP_NO_SUCH_OBJECT) return false;
  if (code != LDAP_SUCCESS) return unavailable(code);
  return ldap_count_entries(handle, answer.get()) == 1;
}

}  // namespace

std::string escaped(std::string_view untrusted) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : untrusted) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7F && c != '*' && c != '(' && c != ')' && c != '\\';
    if (plain) out.push_back(c);
    else out.append({'\\', kHex[byte >> 4], kHex[byte & 15]});
  }
  return out;
}

Result<std::optional<Entry>> authenticate(const config::Ldap& settings, const std::string& name, const std::string& password) {
  if (name.empty() || password.empty()) return std::optional<Entry>();
  const Result<std::string> service = service_password(settings);
  if (!service) return service.error();
  const Result<std::unique_ptr<Connection>> looking = Connection::open(settings);
  if (!looking) return looking.error();
  if (const int code = bind((*looking)->get(), settings.bind_dn, *service); code != LDAP_SUCCESS) return unavailable(code);
  const Result<std::optional<Found>> found = look_up((*looking)->get(), settings, name);
  if (!found) return found.error();
  if (!*found) return std::optional<Entry>();
  const Found& person = **found;

  const Result<std::unique_ptr<Connection>> trying = Connection::open(settings);
  if (!trying) return trying.error();
  switch (const int code = bind((*trying)->get(), person.dn, password)) {
    case LDAP_SUCCESS: break;
    // What Active Directory says of locked, expired and disabled accounts too.
    case LDAP_INVALID_CREDENTIALS:
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_UNWILLING_TO_PERFORM:
    case LDAP_CONSTRAINT_VIOLATION: return std::optional<Entry>();
    default: return unavailable(code);
  }

  Entry entry{person.display, {}, {}};
  for (const config::LdapGroup& group : settings.groups) {
    const Result<bool> member = is_member((*looking)->get(), settings, group.group, person, name);
    if (!member) return member.error();
    if (!*member) continue;
    entry.role = role_from(group.role);
    entry.domains = group.domains;
    break;
  }
  return std::optional<Entry>(std::move(entry));
}

}  // namespace mugai::gateway::directory
