// Users, sessions and second factors as the tests of accounts have them: a fresh database, one administrator "root" at the
// command line, a clock that stands until it is moved.
#pragma once

#include <liboath/oath.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "gateway/accounts/sign_in.h"
#include "gateway/accounts/users.h"
#include "gateway/audit/audit_log.h"
#include "tests/gateway/databases.h"

namespace mugai::gateway::test {

constexpr const char* kPassword = "four-words-of-nonsense";

// What the app shows for a secret as enrolment shows it.
inline std::string code_of(std::string secret, int64_t now_ms) {
  std::erase(secret, ' ');
  char* bytes = nullptr;
  size_t length = 0;
  oath_base32_decode(secret.data(), secret.size(), &bytes, &length);
  std::array<char, 8> code{};
  oath_totp_generate(bytes, length, static_cast<time_t>(now_ms / 1000), 30, 0, 6, code.data());
  std::free(bytes);
  return code.data();
}

class WithPeople : public OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    auto opened = Database::open(node);
    ASSERT_TRUE(opened) << opened.error().text << opened.error().detail;
    database = std::move(*opened);
    secrets.emplace(Secrets::open(directory.path()).value());
    settings.node = node;
    settings.console.session_idle = std::chrono::minutes(15);
    settings.console.session_max = std::chrono::hours(8);
  }

  Users users() { return Users(*database); }
  SignIn sign_in() { return SignIn(*database, *secrets, sources, settings); }
  Sessions sessions() { return Sessions(*database, *secrets, settings.console); }
  std::optional<Session> session(const std::string& token) { return sessions().find(token, "10.1.0.9", now); }

  void add(const std::string& name, Role role, std::vector<std::string> domains = {}) {
    NewUser user;
    user.name = name;
    user.role = role;
    user.domains = std::move(domains);
    const auto added = users().add(root, user, {PasswordKind::given_and_final, kPassword}, now);
    ASSERT_TRUE(added) << added.error().text;
  }
  User user(const std::string& name) { return users().find(root, name).value(); }

  Result<Step> password(const std::string& name, const std::string& text = kPassword) {
    return sign_in().password(name, text, "10.1.0.9", now);
  }
  // From password and enrolment to a session; `secret` is what later codes are made of.
  Step enrolled(const std::string& name) {
    const Step wanted = password(name).value();
    secret = wanted.totp_secret;
    return sign_in().enrol(wanted.token, code_of(secret, now), "10.1.0.9", now).value();
  }
  Result<Step> code(const Step& step, const std::string& text) { return sign_in().second_factor(step.token, text, "10.1.0.9", now); }
  void pass(int64_t seconds) { now += seconds * 1000; }

  std::vector<AuditRecord> records() { return AuditLog(*database).newest(0, 1000).value(); }   // the newest first
  std::vector<User> everybody() { return users().list(root).value(); }
  std::vector<std::string> acts() {
    std::vector<std::string> out;
    for (const AuditRecord& record : records()) out.push_back(record.actor + " " + record.action + " " + record.object);
    std::reverse(out.begin(), out.end());
    return out;
  }

  std::unique_ptr<Database> database;
  std::optional<Secrets> secrets;
  SourceLimit sources;
  config::Config settings;
  Person root{"root", "cli", Role::administrator, {}, {}};
  int64_t now = 1'800'000'000'000;
  std::string secret;
};

}  // namespace mugai::gateway::test
