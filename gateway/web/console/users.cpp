#include "gateway/accounts/users.h"

#include "gateway/web/console/console.h"
#include "gateway/web/format.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

namespace {

constexpr std::array kRoles{Role::administrator, Role::operator_, Role::approver, Role::auditor, Role::requester};

std::string joined(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& one : all) out += (out.empty() ? "" : ", ") + one;
  return out;
}

std::vector<std::string> split_domains(std::string_view given) {
  std::vector<std::string> out;
  std::string one;
  for (const char c : std::string(given) + " ") {
    if (c != ' ' && c != ',' && c != '\n' && c != '\r' && c != '\t') {
      one.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
      continue;
    }
    if (!one.empty()) out.push_back(std::move(one));
    one.clear();
  }
  return out;
}

Data roles_data(std::string_view chosen, std::string_view language) {
  Data out = Data::array();
  for (const Role role : kRoles)
    out.push_back({{"value", to_string(role)}, {"label", text(language, "role_" + std::string(to_string(role)))}, {"chosen", chosen == to_string(role)}});
  return out;
}

Data user_data(const User& user, const Visit& visit) {
  const bool locked = user.locked_until_ms > visit.now_ms;
  const std::string state = user.disabled ? "disabled" : locked ? "locked" : "enabled";
  return {{"name", user.name}, {"display", user.display}, {"role", to_string(user.role)},
          {"role_text", text(visit.language(), "role_" + std::string(to_string(user.role)))},
          {"domains", joined(user.domains)}, {"language_en", user.language == "en"}, {"disabled", user.disabled}, {"locked", locked},
          {"state", state}, {"state_text", text(visit.language(), "user_" + state)}, {"from_directory", user.from_directory},
          {"second_factor", user.has_second_factor}, {"must_change", user.must_change_password},
          {"last_sign_in", user.last_sign_in_ms ? local_time(user.last_sign_in_ms) : text(visit.language(), "never")},
          {"created", local_time(user.created_ms)}};
}

Response list(Visit& visit, Data data = {}, int status = 200) {
  const Result<std::vector<User>> users = Users(visit.database).list(visit.person());
  if (!users) return visit.failed(users.error());
  data["rows"] = Data::array();
  for (const User& user : *users) data["rows"].push_back(user_data(user, visit));
  data["can_change"] = visit.may(Permission::change_users);
  const std::string& asked = visit.request.form.get("role");
  data["roles"] = roles_data(asked.empty() ? to_string(Role::requester) : asked, visit.language());
  data["given"] = {{"name", visit.request.form.get("name")}, {"display", visit.request.form.get("display")}, {"domains", visit.request.form.get("domains")}};
  return visit.page("users", "users", "users_title", std::move(data), status);
}

Response show(Visit& visit, Data data = {}, int status = 200) {
  const Result<User> user = Users(visit.database).find(visit.person(), visit.request.place.get("name"));
  if (!user) return visit.failed(user.error());
  data["user_shown"] = user_data(*user, visit);
  data["roles"] = roles_data(to_string(user->role), visit.language());
  data["can_change"] = visit.may(Permission::change_users);
  const std::string& done = visit.request.query.get("done");
  if (has_text("done_user_" + done)) data["done"] = text(visit.language(), "done_user_" + done);
  return visit.page("user", "users", "user_title", std::move(data), status);
}

Response add(Visit& visit) {
  const Fields& form = visit.request.form;
  const auto role = role_from(form.get("role"));
  const auto name = user_name_from(form.get("name"));
  if (!role || !name) return list(visit, {{"problem", text(visit.language(), "user_name_rule")}}, 400);
  const Result<std::string> made = Users(visit.database).add(
      visit.person(), {*name, form.get("display"), *role, split_domains(form.get("domains")), form.get("language") == "en" ? "en" : "ja"},
      {}, visit.now_ms);
  if (!made) return list(visit, {{"problem", visit.told(made.error())}}, status_of(made.error()));
  return visit.page("password_once", "users", "users_title", {{"name", *name}, {"password", *made}});
}

Response change(Visit& visit) {
  const Fields& form = visit.request.form;
  const std::string& name = visit.request.place.get("name");
  const std::string& verb = form.get("verb");
  Users users(visit.database);
  Status done = Error{"console.verb", text(visit.language(), "error_400"), ""};
  if (verb == "password") {
    const Result<std::string> made = users.set_password(visit.person(), name, {}, visit.now_ms);
    if (!made) return show(visit, {{"problem", visit.told(made.error())}}, status_of(made.error()));
    return visit.page("password_once", "users", "users_title", {{"name", name}, {"password", *made}});
  }
  if (verb == "change") {
    UserChange wanted;
    wanted.display = form.get("display");
    wanted.role = role_from(form.get("role"));
    wanted.domains = split_domains(form.get("domains"));
    wanted.language = form.get("language") == "en" ? "en" : "ja";
    done = users.change(visit.person(), name, wanted, visit.now_ms);
  } else if (verb == "disable") {
    done = users.disable(visit.person(), name, visit.now_ms);
  } else if (verb == "enable") {
    done = users.enable(visit.person(), name, visit.now_ms);
  } else if (verb == "unlock") {
    done = users.unlock(visit.person(), name, visit.now_ms);
  } else if (verb == "reset") {
    done = users.reset_totp(visit.person(), name, visit.now_ms);
  }
  if (!done) return show(visit, {{"problem", visit.told(done.error())}}, status_of(done.error()));
  return see_other("/users/" + url_encode(name) + "?done=" + verb);
}

}  // namespace

void add_users(Console& console, Router& router) {
  console.get(router, "/users", Permission::see_users, [](Visit& visit) { return list(visit); });
  console.post(router, "/users", Permission::change_users, add);
  console.get(router, "/users/{name}", Permission::see_users, [](Visit& visit) { return show(visit); });
  console.post(router, "/users/{name}", Permission::change_users, change);
}

}  // namespace mugai::gateway::web
