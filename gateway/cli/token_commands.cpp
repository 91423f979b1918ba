#include <cstdio>
#include <nlohmann/json.hpp>

#include "gateway/accounts/api_tokens.h"
#include "gateway/cli/cli.h"
#include "gateway/relay/clock.h"

namespace mugai::gateway::cli {

using nlohmann::ordered_json;

namespace {

constexpr int64_t kDayMs = 86'400'000;

std::string dump(const ordered_json& value) { return value.dump(2, ' ', false, ordered_json::error_handler_t::replace); }

Result<std::unique_ptr<Database>> open_database(const UserOptions& options, int& status) {
  status = kUsage;
  const Result<config::Config> config = load_config(options.config);
  if (!config) return config.error();
  status = kCouldNot;
  return Database::open_existing(config->node);
}

}  // namespace

int token_add(const UserOptions& options) {
  std::vector<Permission> scopes;
  for (const std::string& name : options.scopes) {
    const auto scope = permission_from(name);
    if (!scope) {
      std::string known;
      for (const Permission one : all_permissions())
        if (!scope_of(one).empty()) known.append(known.empty() ? "" : " ").append(scope_of(one));
      return complain({"token.invalid", "権限「" + name + "」はありません / there is no scope \"" + name + "\": " + known, ""}, kUsage);
    }
    scopes.push_back(*scope);
  }
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  const int64_t now = now_ms(), expires = now + options.days * kDayMs;
  const Result<MadeToken> made = ApiTokens(**database).add(person_at_the_command_line(), options.name, options.label, scopes, expires, now);
  if (!made) return complain(made.error(), kCouldNot);
  if (options.json)
    std::printf("%s\n", dump({{"id", made->id}, {"token", made->secret}, {"expires", iso8601(expires)}}).c_str());
  else
    std::printf("トークン %s(今回だけ表示、期限 %s) / token, shown once, good until then:\n%s\n", made->id.c_str(), iso8601(expires).c_str(),
                made->secret.c_str());
  return kOk;
}

int token_list(const UserOptions& options) {
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  const Result<std::vector<ApiToken>> tokens = ApiTokens(**database).list(person_at_the_command_line(), options.name);
  if (!tokens) return complain(tokens.error(), kCouldNot);
  ordered_json all = ordered_json::array();
  for (const ApiToken& token : *tokens) {
    ordered_json scopes = ordered_json::array();
    std::string words;
    for (const Permission one : token.scopes) {
      scopes.push_back(scope_of(one));
      words.append(" ").append(scope_of(one));
    }
    all.push_back({{"id", token.id}, {"user", token.user}, {"label", token.label}, {"scopes", scopes},
                   {"created", iso8601(token.created_ms)}, {"expires", iso8601(token.expires_ms)},
                   {"last_used", token.last_used_ms ? ordered_json(iso8601(token.last_used_ms)) : ordered_json(nullptr)}});
    if (!options.json)
      std::printf("%s  %-20s until %s  used %s  %s %s\n", token.id.c_str(), token.user.c_str(), iso8601(token.expires_ms).c_str(),
                  token.last_used_ms ? iso8601(token.last_used_ms).c_str() : "never", token.label.c_str(), words.c_str());
  }
  if (options.json) std::printf("%s\n", dump(all).c_str());
  else if (tokens->empty()) std::printf("トークンはありません / There are no tokens.\n");
  return kOk;
}

int token_revoke(const UserOptions& options) {
  int status = kOk;
  const Result<std::unique_ptr<Database>> database = open_database(options, status);
  if (!database) return complain(database.error(), status);
  const Status done = ApiTokens(**database).revoke(person_at_the_command_line(), options.id, now_ms());
  return done ? kOk : complain(done.error(), kCouldNot);
}

}  // namespace mugai::gateway::cli
