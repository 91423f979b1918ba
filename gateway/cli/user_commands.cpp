#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "gateway/accounts/user_file.h"
#include "gateway/accounts/users.h"
#include "gateway/cli/cli.h"
#include "gateway/relay/clock.h"

namespace mugai::gateway::cli {

using nlohmann::ordered_json;

namespace {

constexpr size_t kMostInput = 16 << 20;

std::string dump(const ordered_json& value) { return value.dump(2, ' ', false, ordered_json::error_handler_t::replace); }

Result<std::unique_ptr<Database>> open_database(const UserOptions& options, int& status) {
  status = kUsage;
  const Result<config::Config> config = load_config(options.config);
  if (!config) return config.error();
  status = kCouldNot;
  return Database::open_existing(config->node);
}

ordered_json time_json(int64_t at_ms) { return at_ms == 0 ? ordered_json(nullptr) : ordered_json(iso8601(at_ms)); }

ordered_json user_json(const User& user) {
  return {{"name", user.name},
          {"display", user.display},
          {"role", to_string(user.role)},
          {"domains", user.domains},
          {"language", user.language},
          {"disabled", user.disabled},
          {"from_directory", user.from_directory},
          {"password", user.has_password},
          {"must_change_password", user.must_change_password},
          {"second_factor", user.has_second_factor},
          {"recovery_codes_left", user.recovery_codes_left},
          {"failures", user.failures},
          {"locked_until", user.locked_until_ms > now_ms() ? ordered_json(iso8601(user.locked_until_ms)) : ordered_json(nullptr)},
          {"last_sign_in", time_json(user.last_sign_in_ms)},
          {"created", time_json(user.created_ms)}};
}

Result<std::string> read_input(const std::string& path) {
  std::string out(kMostInput + 1, '\0');
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  if (in.bad() || (path != "-" && !file.is_open())) return Error{"input.read", path + " を読めません / cannot read " + path, ""};
  out.resize(static_cast<size_t>(in.gcount()));
  if (out.size() > kMostInput) return Error{"input.read", path + " が大きすぎます / is too large: " + path, ""};
  return out;
}

Result<PasswordChoice> chosen_password(const UserOptions& options) {
  if (options.directory) return PasswordChoice{PasswordKind::directory_only};
  if (options.password_file.empty()) return PasswordChoice{};
  Result<std::string> text = read_input(options.password_file);
  if (!text) return text.error();
  text->erase(std::min(text->find_first_of("\r\n"), text->size()));
  return PasswordChoice{options.final_password ? PasswordKind::given_and_final : PasswordKind::given, *text};
}

Result<Role> chosen_role(const UserOptions& options) {
  const std::string text = options.role.value_or("requester");
  if (const auto role = role_from(text)) return *role;
  return Error{"user.invalid", "役割「" + text + "」はありません / there is no role \"" + text + "\": administrator, operator, approver, auditor, requester", ""};
}

int refusal(const Error& error) { return complain(error, error.id == "user.invalid" || error.id == "password.weak" ? kUsage : kCouldNot); }

void show_password(const UserOptions& options, const std::string& name, const std::string& password) {
  if (options.json) {
    std::printf("%s\n", dump({{"name", name}, {"password", password.empty() ? ordered_json(nullptr) : ordered_json(password)}}).c_str());
  } else if (!password.empty()) {
    std::printf("%s の初期パスワード(今回だけ表示。最初のサインインで変更) / initial password, shown once, to be changed at the first sign-in:\n%s\n",
                name.c_str(), password.c_str());
  }
}

}  // namespace

int user_list(const UserOptions& options) {
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  const Result<std::vector<User>> users = Users(**database).list(person_at_the_command_line());
  if (!users) return refusal(users.error());
  if (options.json) {
    ordered_json all = ordered_json::array();
    for (const User& user : *users) all.push_back(user_json(user));
    std::printf("%s\n", dump(all).c_str());
    return kOk;
  }
  for (const User& user : *users) {
    std::string domains;
    for (const std::string& one : user.domains) domains += " " + one;
    std::printf("%-20s %-13s %-8s %-4s %s %s%s\n", user.name.c_str(), std::string(to_string(user.role)).c_str(),
                user.disabled ? "disabled" : user.locked_until_ms > now_ms() ? "locked" : "enabled",
                user.has_second_factor ? "totp" : "-", user.last_sign_in_ms ? iso8601(user.last_sign_in_ms).c_str() : "never", user.display.c_str(),
                domains.c_str());
  }
  if (users->empty()) std::printf("利用者はまだいません / There are no users yet: mugai user add NAME --role administrator\n");
  return kOk;
}

int user_show(const UserOptions& options) {
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  const Result<User> user = Users(**database).find(person_at_the_command_line(), options.name);
  if (!user) return refusal(user.error());
  std::printf("%s\n", dump(user_json(*user)).c_str());
  return kOk;
}

int user_add(const UserOptions& options) {
  const Result<Role> role = chosen_role(options);
  if (!role) return refusal(role.error());
  const Result<PasswordChoice> password = chosen_password(options);
  if (!password) return refusal(password.error());
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  const NewUser user{options.name, options.display.value_or(""), *role, options.domains, options.language.value_or("ja")};
  const Result<std::string> shown = Users(**database).add(person_at_the_command_line(), user, *password, now_ms());
  if (!shown) return refusal(shown.error());
  show_password(options, options.name, *shown);
  return kOk;
}

int user_change(const UserOptions& options) {
  UserChange change{options.display, {}, {}, options.language};
  if (options.role) {
    const Result<Role> role = chosen_role(options);
    if (!role) return refusal(role.error());
    change.role = *role;
  }
  if (options.all_domains || !options.domains.empty()) change.domains = options.domains;
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  const Status changed = Users(**database).change(person_at_the_command_line(), options.name, change, now_ms());
  return changed ? kOk : refusal(changed.error());
}

int user_password(const UserOptions& options) {
  const Result<PasswordChoice> password = chosen_password(options);
  if (!password) return refusal(password.error());
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  const Result<std::string> shown = Users(**database).set_password(person_at_the_command_line(), options.name, *password, now_ms());
  if (!shown) return refusal(shown.error());
  show_password(options, options.name, *shown);
  return kOk;
}

int user_act(const std::string& verb, const UserOptions& options) {
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  Users users(**database);
  const Person by = person_at_the_command_line();
  const Status done = verb == "disable"      ? users.disable(by, options.name, now_ms())
                      : verb == "enable"     ? users.enable(by, options.name, now_ms())
                      : verb == "reset-totp" ? users.reset_totp(by, options.name, now_ms())
                                             : users.unlock(by, options.name, now_ms());
  return done ? kOk : refusal(done.error());
}

int user_import(const UserOptions& options) {
  const Result<std::string> text = read_input(options.file);
  if (!text) return refusal(text.error());
  const Result<std::vector<UserLine>> lines = read_user_file(*text);
  if (!lines) return complain(lines.error(), kRefused);
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  Users users(**database);
  const Result<std::vector<ImportedUser>> done =
      import_users(users, person_at_the_command_line(), *lines, {options.dry_run, options.disable_missing, options.directory}, now_ms());
  if (!done) return complain(done.error(), done.error().id == "store.database" ? kCouldNot : kRefused);
  if (options.json) {
    ordered_json all = ordered_json::array();
    for (const ImportedUser& one : *done) {
      all.push_back({{"name", one.name}, {"what", one.what}});
      if (!one.password.empty()) all.back()["password"] = one.password;
    }
    std::printf("%s\n", dump(all).c_str());
    return kOk;
  }
  for (const ImportedUser& one : *done) std::printf("%-8s %-20s %s\n", one.what.c_str(), one.name.c_str(), one.password.c_str());
  if (done->empty()) std::printf("変更はありません / Nothing to change.\n");
  if (options.dry_run) std::printf("試しただけで、何も変えていません / Only tried: nothing was changed.\n");
  return kOk;
}

int user_export(const UserOptions& options) {
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  const Result<std::vector<User>> users = Users(**database).list(person_at_the_command_line());
  if (!users) return refusal(users.error());
  std::FILE* out = options.output.empty() || options.output == "-" ? stdout : std::fopen(options.output.c_str(), "w");
  if (!out) return complain({"output.write", "cannot write " + options.output, ""}, kCouldNot);
  std::fputs(write_user_file(*users).c_str(), out);
  const bool written = std::fflush(out) == 0 && std::ferror(out) == 0;
  if (out != stdout) std::fclose(out);
  return written ? kOk : complain({"output.write", "cannot write " + options.output, ""}, kCouldNot);
}

}  // namespace mugai::gateway::cli
