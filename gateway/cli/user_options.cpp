#include "gateway/cli/user_options.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>

#include "config/parse.h"
#include "gateway/cli/cli.h"

namespace mugai::gateway::cli {

namespace {

using Options = std::shared_ptr<UserOptions>;

CLI::App* add(CLI::App& parent, const char* verb, const char* help, const Options& options, int& status,
              const std::function<int(const UserOptions&)>& command) {
  CLI::App* app = parent.add_subcommand(verb, help);
  app->add_option("--config", options->config, "configuration of the gateway")->envname("MUGAI_CONFIG")->default_val("/etc/mugai/mugai.toml");
  app->add_flag("--json", options->json, "print JSON");
  app->callback([options, &status, command] { status = command(*options); });
  return app;
}

void add_name(CLI::App* app, const Options& options) {
  app->add_option_function<std::string>("name", [options](const std::string& name) { options->name = config::lower(name); }, "user's name")->required();
}

void add_fields(CLI::App* app, const Options& options) {
  app->add_option("--display", options->display, "name to show");
  app->add_option("--role", options->role, "administrator, operator, approver, auditor or requester");
  app->add_option("--domain", options->domains, "only mail for this domain or address is theirs; again for more");
  app->add_option("--language", options->language, "ja or en");
}

void add_password(CLI::App* app, const Options& options) {
  CLI::Option* file = app->add_option("--password-file", options->password_file,
                                      "file with the password on its first line; - for standard input; without: one is made and printed");
  app->add_flag("--final", options->final_password, "it need not be changed at the first sign-in")->needs(file);
  app->add_flag("--directory", options->directory, "no password here: the directory's (LDAP) counts")->excludes(file);
}

}  // namespace

void add_user_commands(CLI::App& app, int& status) {
  const auto options = std::make_shared<UserOptions>();
  CLI::App* user = app.add_subcommand("user", "who may sign in at the console, and the tokens of programs")->require_subcommand(1);
  add(*user, "list", "list them", options, status, user_list);
  add_name(add(*user, "show", "show one", options, status, user_show), options);

  CLI::App* fresh = add(*user, "add", "add one; the first administrator too", options, status, user_add);
  add_name(fresh, options);
  add_fields(fresh, options);
  add_password(fresh, options);

  CLI::App* change = add(*user, "change", "change name to show, role, domains or language", options, status, user_change);
  add_name(change, options);
  add_fields(change, options);
  change->add_flag("--all-domains", options->all_domains, "everybody's mail is theirs")->excludes("--domain");

  CLI::App* password = add(*user, "password", "give another password", options, status, user_password);
  add_name(password, options);
  add_password(password, options);

  const std::pair<const char*, const char*> acts[] = {{"disable", "sessions end at once; nothing is deleted"},
                                                      {"enable", "may sign in again"},
                                                      {"reset-totp", "the second factor and the recovery codes go: for a lost telephone"},
                                                      {"unlock", "after too many wrong passwords"}};
  for (const auto& [verb, help] : acts)
    add_name(add(*user, verb, help, options, status, [verb = std::string(verb)](const UserOptions& given) { return user_act(verb, given); }), options);

  CLI::App* import = add(*user, "import", "add and change many from CSV: all of it, or nothing", options, status, user_import);
  import->add_option("file", options->file, "CSV, UTF-8 or Shift_JIS; - for standard input")->required();
  import->add_flag("--dry-run", options->dry_run, "only say what would change");
  import->add_flag("--disable-missing", options->disable_missing, "disable whoever is not in the file");
  import->add_flag("--directory", options->directory, "new users get no password here: the directory's counts");

  CLI::App* out = add(*user, "export", "all of them as CSV that import reads", options, status, user_export);
  out->add_option("-o,--output", options->output, "file to write; - for standard output");

  CLI::App* token = user->add_subcommand("token", "tokens with which programs use the API")->require_subcommand(1);
  CLI::App* made = add(*token, "add", "make one; it is printed once", options, status, token_add);
  add_name(made, options);
  made->add_option("--scope", options->scopes, "what it may do: items.read, messages.read, ...; again for more")->required();
  made->add_option("--label", options->label, "what it is for");
  made->add_option("--days", options->days, "how long it is good (365)")->check(CLI::Range(1, 3650));
  CLI::App* tokens = add(*token, "list", "list them", options, status, token_list);
  tokens->add_option("name", options->name, "of this user only");
  add(*token, "revoke", "make one useless", options, status, token_revoke)->add_option("id", options->id, "token's id")->required();
}

}  // namespace mugai::gateway::cli
