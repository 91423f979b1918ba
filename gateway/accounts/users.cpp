#include "gateway/accounts/users.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "config/parse.h"
#include "gateway/accounts/passwords.h"
#include "gateway/accounts/sessions.h"
#include "gateway/accounts/user_rows.h"
#include "gateway/audit/audit_log.h"

namespace mugai::gateway {

namespace {

constexpr size_t kLongestName = 64, kLongestDisplay = 200, kMostDomains = 100;

using Did = std::vector<std::pair<std::string, std::string>>;

Error invalid(std::string text) { return {"user.invalid", std::move(text), ""}; }
Error forbidden() { return {"user.forbidden", "利用者を変更する権限がありません / you may not change users", ""}; }
Error unknown(const std::string& name) {
  return {"user.unknown", "利用者 " + name + " はいません / there is no user " + name, ""};
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Result<std::vector<std::string>> checked_domains(const std::vector<std::string>& untrusted) {
  std::vector<std::string> out;
  if (untrusted.size() > kMostDomains) return invalid("ドメインが多すぎます / too many domains");
  for (const std::string& one : untrusted) {
    const std::optional<std::string> good = one.find('@') == one.npos ? config::parse_host_name(one) : config::parse_address_rule(one);
    if (!good || good->front() == '@')
      return invalid("「" + one + "」はドメインでもメールアドレスでもありません / \"" + one + "\" is neither a domain nor an address");
    if (std::find(out.begin(), out.end(), *good) == out.end()) out.push_back(*good);
  }
  return out;
}

Status check_texts(const std::string& display, const std::string& language) {
  if (display.size() > kLongestDisplay || has_control_characters(display))
    return invalid("表示名が長すぎるか、使えない文字があります / the display name is too long or has control characters");
  if (language != "ja" && language != "en") return invalid("言語は ja か en です / the language is ja or en");
  return Ok{};
}

// What a choice of password makes of a row, with the password to show once.
struct Prepared {
  std::string hash, shown, word;
  bool must_change = false;
};

Result<Prepared> prepare(const PasswordChoice& choice, const std::string& name) {
  Prepared out;
  if (!choice.hash.empty()) return Prepared{choice.hash, "", "initial", true};
  switch (choice.kind) {
    case PasswordKind::directory_only: out.word = "directory"; return out;
    case PasswordKind::generated: out.shown = passwords::generate(); break;
    case PasswordKind::given:
    case PasswordKind::given_and_final:
      if (const Status good = passwords::acceptable(choice.password, name); !good) return good.error();
      break;
  }
  Result<std::string> hash = passwords::hash(out.shown.empty() ? choice.password : out.shown);
  if (!hash) return hash.error();
  out.hash = std::move(*hash);
  out.must_change = choice.kind != PasswordKind::given_and_final;
  out.word = out.must_change ? "initial" : "final";
  return out;
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& one : list) out += (out.empty() ? "" : " ") + one;
  return out;
}

// For the log: "operator -> approver".
void note(Did& did, const std::string& what, const std::string& before, const std::string& after) {
  if (before != after) did.emplace_back(what, before + " -> " + after);
}

}  // namespace

bool must_have_second_factor(Role role) {
  return may(role, Permission::release_sanitized) || may(role, Permission::release_original) || may(role, Permission::change_users);
}

std::optional<std::string> user_name_from(std::string_view untrusted) {
  if (untrusted.empty() || untrusted.size() > kLongestName) return std::nullopt;
  const std::string name = config::lower(untrusted);
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool good = std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || c == '.' || c == '-' || c == '_' || c == '@'; });
  if (!good || !plain(name.front())) return std::nullopt;
  return name;
}

bool governs(const Person& by, const std::vector<std::string>& domains) {
  if (by.domains.empty()) return true;
  if (domains.empty()) return false;
  std::vector<std::string> addresses;
  for (const std::string& one : domains) addresses.push_back(one.find('@') == one.npos ? "@" + one : one);
  return by.decides_for(addresses);
}

Status Users::transaction(const std::function<Status()>& body) { return within_ ? body() : database_.run_checked(body); }

Status Users::together(const std::function<Status()>& body) {
  struct Within {
    bool& flag;
    explicit Within(bool& within) : flag(within) { flag = true; }
    ~Within() { flag = false; }
  } within(within_);
  return database_.run_checked(body);
}

Status Users::act(const Person& by, const std::string& verb, const std::string& name, int64_t now_ms, const Change& change) {
  if (!by.may(Permission::change_users)) return forbidden();
  return transaction([&]() -> Status {
    UserRows rows(database_);
    rows.lock();
    std::optional<UserRow> row = rows.find(name);
    if (!row || !governs(by, row->domains)) return unknown(name);
    const UserRow before = *row;
    Did did;
    if (const Status changed = change(*row, did); !changed) return changed;
    if (!governs(by, row->domains)) return forbidden();
    rows.update(*row);
    const bool was_administrator = before.role == Role::administrator && !before.disabled;
    if (was_administrator && rows.enabled_administrators() == 0)
      return Error{"user.last-administrator", "有効な管理者がいなくなるため、できません / this would leave no enabled administrator", ""};
    const bool revokes = row->role != before.role || row->disabled || row->password != before.password || row->totp_secret != before.totp_secret;
    if (revokes) Sessions::end_all_of(database_, name);
    nlohmann::ordered_json detail = nlohmann::ordered_json::object();
    for (const auto& [what, text] : did) detail[what] = text;
    AuditLog(database_).add({by.name, by.source, user_act(verb), name, detail.empty() ? "" : detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}, now_ms);
    return Ok{};
  });
}

Result<std::vector<User>> Users::list(const Person& by) {
  if (!by.may(Permission::see_users)) return forbidden();
  try {
    std::vector<User> out;
    for (const UserRow& row : UserRows(database_).all())
      if (governs(by, row.domains)) out.push_back(row);
    return out;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<User> Users::find(const Person& by, const std::string& name) {
  if (!by.may(Permission::see_users)) return forbidden();
  try {
    const std::optional<UserRow> row = UserRows(database_).find(name);
    if (!row || !governs(by, row->domains)) return unknown(name);
    return static_cast<const User&>(*row);
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<std::string> Users::add(const Person& by, const NewUser& user, const PasswordChoice& choice, int64_t now_ms) {
  if (!by.may(Permission::change_users)) return forbidden();
  const std::optional<std::string> name = user_name_from(user.name);
  if (!name)
    return invalid("「" + user.name + "」は利用者名に使えません(英小文字・数字・. - _ @、64文字まで) / \"" + user.name +
                   "\" cannot be a user's name: letters, digits, . - _ @, at most 64");
  if (const Status good = check_texts(user.display, user.language); !good) return good.error();
  const Result<std::vector<std::string>> domains = checked_domains(user.domains);
  if (!domains) return domains.error();
  if (!governs(by, *domains)) return forbidden();
  Result<Prepared> password = prepare(choice, *name);
  if (!password) return password.error();
  const Status added = transaction([&]() -> Status {
    UserRows rows(database_);
    rows.lock();
    if (rows.find(*name)) return Error{"user.exists", "利用者 " + *name + " は既にいます / there is a user " + *name + " already", ""};
    UserRow row;
    row.name = *name;
    row.display = user.display;
    row.role = user.role;
    row.domains = *domains;
    row.language = user.language;
    row.password = password->hash;
    row.must_change_password = password->must_change;
    row.created_ms = now_ms;
    rows.insert(row);
    const nlohmann::ordered_json detail = {{"role", to_string(user.role)}, {"domains", joined(*domains)}, {"password", password->word}};
    AuditLog(database_).add({by.name, by.source, user_act("add"), *name, detail.dump()}, now_ms);
    return Ok{};
  });
  if (!added) return added.error();
  return password->shown;
}

Result<std::string> Users::set_password(const Person& by, const std::string& name, const PasswordChoice& choice, int64_t now_ms) {
  if (!by.may(Permission::change_users)) return forbidden();
  Result<Prepared> password = prepare(choice, name);
  if (!password) return password.error();
  const Status done = act(by, "password", name, now_ms, [&](UserRow& row, Did& did) -> Status {
    row.password = password->hash;
    row.must_change_password = password->must_change;
    row.failures = 0;
    row.locked_until_ms = 0;
    did.emplace_back("password", password->word);
    return Ok{};
  });
  if (!done) return done.error();
  return password->shown;
}

Status Users::change(const Person& by, const std::string& name, const UserChange& change, int64_t now_ms) {
  return act(by, "change", name, now_ms, [&](UserRow& row, Did& did) -> Status {
    const UserRow before = row;
    if (change.display) row.display = *change.display;
    if (change.language) row.language = *change.language;
    if (const Status good = check_texts(row.display, row.language); !good) return good;
    if (change.role) row.role = *change.role;
    if (change.domains) {
      Result<std::vector<std::string>> domains = checked_domains(*change.domains);
      if (!domains) return domains.error();
      row.domains = std::move(*domains);
    }
    // What a person has decided, the groups of the directory do not undo.
    if (row.role != before.role || row.domains != before.domains) row.from_directory = false;
    note(did, "display", before.display, row.display);
    note(did, "role", std::string(to_string(before.role)), std::string(to_string(row.role)));
    note(did, "domains", joined(before.domains), joined(row.domains));
    note(did, "language", before.language, row.language);
    return Ok{};
  });
}

Status Users::disable(const Person& by, const std::string& name, int64_t now_ms) {
  return act(by, "disable", name, now_ms, [](UserRow& row, Did&) -> Status {
    row.disabled = true;
    return Ok{};
  });
}

Status Users::enable(const Person& by, const std::string& name, int64_t now_ms) {
  return act(by, "enable", name, now_ms, [](UserRow& row, Did&) -> Status {
    row.disabled = false;
    row.failures = 0;
    row.locked_until_ms = 0;
    return Ok{};
  });
}

Status Users::reset_totp(const Person& by, const std::string& name, int64_t now_ms) {
  return act(by, "reset-totp", name, now_ms, [](UserRow& row, Did&) -> Status {
    row.totp_secret.clear();
    row.recovery.clear();
    return Ok{};
  });
}

Status Users::unlock(const Person& by, const std::string& name, int64_t now_ms) {
  return act(by, "unlock", name, now_ms, [](UserRow& row, Did&) -> Status {
    row.failures = 0;
    row.locked_until_ms = 0;
    return Ok{};
  });
}

Status Users::set_own_language(const Person& by, const std::string& language, int64_t now_ms) {
  if (const Status good = check_texts("", language); !good) return good;
  return transaction([&]() -> Status {
    UserRows rows(database_);
    rows.lock();
    std::optional<UserRow> row = rows.find(by.name);
    if (!row) return unknown(by.name);
    row->language = language;
    rows.update(*row);
    AuditLog(database_).add({by.name, by.source, user_act("language"), by.name, ""}, now_ms);
    return Ok{};
  });
}

}  // namespace mugai::gateway
