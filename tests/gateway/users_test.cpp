#include <gmock/gmock.h>

#include <thread>

#include "gateway/accounts/api_tokens.h"
#include "tests/gateway/people.h"

namespace mugai::gateway {
namespace {

using ::testing::ElementsAre;

class UsersOnEach : public test::WithPeople {};
ON_EACH_DATABASE(UsersOnEach);

template <class T>
std::string why(const Result<T>& result) {
  return result ? "" : result.error().id;
}

TEST_P(UsersOnEach, AUserIsAsAdded) {
  const NewUser given{"Suzuki", "鈴木 花子", Role::approver, {"Kaikei.City.Example.lg.jp", "bucho@city.example.lg.jp"}, "en"};
  const std::string shown = users().add(root, given, {}, now).value();
  EXPECT_EQ(shown.size(), 23u);
  const User found = user("suzuki");
  EXPECT_EQ(found.display, "鈴木 花子");
  EXPECT_EQ(found.role, Role::approver);
  EXPECT_THAT(found.domains, ElementsAre("kaikei.city.example.lg.jp", "bucho@city.example.lg.jp"));
  EXPECT_EQ(found.language, "en");
  EXPECT_TRUE(found.has_password);
  EXPECT_TRUE(found.must_change_password);
  EXPECT_FALSE(found.has_second_factor);
  EXPECT_FALSE(found.disabled);
  EXPECT_EQ(found.created_ms, now);
  EXPECT_EQ(found.last_sign_in_ms, 0);
  EXPECT_THAT(acts(), ElementsAre("root user.add suzuki"));
}

TEST_P(UsersOnEach, WhatCannotBeIsRefusedAndLeavesNothing) {
  const auto adding = [&](NewUser user, PasswordChoice choice = {PasswordKind::directory_only, ""}) { return why(users().add(root, user, choice, now)); };
  for (const char* name : {"", "suzuki hanako", "鈴木", "-x", "a\nb", "x'; DROP TABLE users"}) EXPECT_EQ(adding({name}), "user.invalid") << name;
  EXPECT_EQ(adding({std::string(65, 'a')}), "user.invalid");
  EXPECT_EQ(adding({"a", "two\nlines"}), "user.invalid");
  EXPECT_EQ(adding({"a", "", Role::operator_, {"not a domain"}}), "user.invalid");
  EXPECT_EQ(adding({"a", "", Role::operator_, {"@city.example"}}), "user.invalid");
  EXPECT_EQ(adding({"a", "", Role::operator_, {}, "fr"}), "user.invalid");
  EXPECT_EQ(adding({"a"}, {PasswordKind::given, "short"}), "password.weak");
  EXPECT_EQ(adding({"a"}), "");
  EXPECT_EQ(adding({"A"}), "user.exists");
  EXPECT_EQ(everybody().size(), 1u);
  EXPECT_EQ(acts().size(), 1u);
}

TEST_P(UsersOnEach, ThoseWhoMayNotChangeUsersDoNot) {
  add("suzuki", Role::operator_);
  for (const Role role : {Role::operator_, Role::approver, Role::auditor, Role::requester}) {
    const Person by{"x", "console 10.1.0.9", role, {}, {}};
    EXPECT_EQ(why(users().add(by, {"y"}, {PasswordKind::directory_only, ""}, now)), "user.forbidden");
    EXPECT_EQ(why(users().change(by, "suzuki", {.role = Role::administrator}, now)), "user.forbidden");
    EXPECT_EQ(why(users().set_password(by, "suzuki", {}, now)), "user.forbidden");
    EXPECT_EQ(why(users().disable(by, "suzuki", now)), "user.forbidden");
    EXPECT_EQ(why(users().reset_totp(by, "suzuki", now)), "user.forbidden");
    EXPECT_EQ(why(users().list(by)), role == Role::auditor ? "" : "user.forbidden");
  }
}

TEST_P(UsersOnEach, AnAdministratorOfADepartmentGovernsThatDepartmentOnly) {
  const Person by{"x", "console 10.1.0.9", Role::administrator, {"kaikei.example.jp"}, {}};
  add("theirs", Role::operator_, {"kaikei.example.jp"});
  add("also-theirs", Role::operator_, {"bucho@kaikei.example.jp"});
  add("both", Role::operator_, {"kaikei.example.jp", "zeimu.example.jp"});
  add("everybodys", Role::administrator);
  EXPECT_EQ(users().list(by).value().size(), 2u);
  EXPECT_EQ(why(users().find(by, "both")), "user.unknown");
  EXPECT_EQ(why(users().disable(by, "everybodys", now)), "user.unknown");
  EXPECT_EQ(why(users().disable(by, "theirs", now)), "");
  EXPECT_EQ(why(users().change(by, "theirs", {.domains = std::vector<std::string>{}}, now)), "user.forbidden");
  EXPECT_EQ(why(users().add(by, {"new"}, {PasswordKind::directory_only, ""}, now)), "user.forbidden");
  EXPECT_EQ(why(users().add(by, {"new", "", Role::operator_, {"kaikei.example.jp"}}, {PasswordKind::directory_only, ""}, now)), "");
}

TEST_P(UsersOnEach, NoActLeavesNoEnabledAdministrator) {
  add("first", Role::administrator);
  EXPECT_EQ(why(users().disable(root, "first", now)), "user.last-administrator");
  EXPECT_EQ(why(users().change(root, "first", {.role = Role::auditor}, now)), "user.last-administrator");
  EXPECT_FALSE(user("first").disabled);
  add("second", Role::administrator);
  EXPECT_EQ(why(users().disable(root, "first", now)), "");
  EXPECT_EQ(why(users().disable(root, "second", now)), "user.last-administrator");
  EXPECT_EQ(why(users().enable(root, "first", now)), "");
  EXPECT_EQ(why(users().change(root, "second", {.role = Role::auditor}, now)), "");
}

TEST_P(UsersOnEach, TwoWhoDisableEachOtherAtOnceDoNotBothSucceed) {
  for (int round = 0; round < 5; ++round) {
    const std::string a = "a" + std::to_string(round), b = "b" + std::to_string(round);
    for (const User& one : everybody()) {
      if (one.role == Role::administrator) {
        static_cast<void>(users().change(root, one.name, {.role = Role::auditor}, now));
      }
    }
    const NewUser first{a, "", Role::administrator}, second{b, "", Role::administrator};
    ASSERT_TRUE(users().add(root, first, {PasswordKind::directory_only, ""}, now));
    ASSERT_TRUE(users().add(root, second, {PasswordKind::directory_only, ""}, now));
    for (const User& one : everybody())
      if (one.role == Role::administrator && one.name != a && one.name != b) {
        ASSERT_TRUE(users().disable(root, one.name, now));
      }
    const auto disable = [this](const std::string& name) {
      auto own = Database::open(node);
      ASSERT_TRUE(own);
      static_cast<void>(Users(**own).disable(root, name, now));
    };
    std::thread other(disable, a);
    disable(b);
    other.join();
    EXPECT_NE(user(a).disabled, user(b).disabled);
  }
}

TEST_P(UsersOnEach, AChangeSaysFromWhatToWhat) {
  add("suzuki", Role::operator_);
  ASSERT_TRUE(users().change(root, "suzuki", {.role = Role::approver, .domains = std::vector<std::string>{"kaikei.example.jp"}}, now));
  const AuditRecord record = records().front();
  EXPECT_EQ(record.action, "user.change");
  EXPECT_EQ(record.detail, R"({"role":"operator -> approver","domains":" -> kaikei.example.jp"})");
}

TEST_P(UsersOnEach, TogetherIsAllOrNothing) {
  const Status done = users().together([] { return Status(Ok{}); });
  EXPECT_TRUE(done);
  Users all = users();
  const Status failed = all.together([&]() -> Status {
    for (const char* name : {"a", "b", "a"})
      if (const auto added = all.add(root, {name}, {PasswordKind::directory_only, ""}, now); !added) return added.error();
    return Ok{};
  });
  EXPECT_EQ(why(failed), "user.exists");
  EXPECT_TRUE(everybody().empty());
  EXPECT_TRUE(acts().empty());
}

TEST_P(UsersOnEach, NoPasswordStandsInTheAuditLog) {
  const std::string shown = users().add(root, {"suzuki"}, {}, now).value();
  const std::string again = users().set_password(root, "suzuki", {}, now).value();
  EXPECT_NE(shown, again);
  for (const AuditRecord& record : records())
    for (const std::string& secret : {shown, again}) EXPECT_EQ(record.detail.find(secret), std::string::npos);
}

class TokensOnEach : public test::WithPeople {};
ON_EACH_DATABASE(TokensOnEach);

TEST_P(TokensOnEach, ATokenIsItsOwnerWithItsScopesOnly) {
  add("suzuki", Role::operator_, {"kaikei.example.jp"});
  ApiTokens tokens(*database);
  const MadeToken made = tokens.add(root, "suzuki", "SIEM", {Permission::see_items, Permission::release_original}, now + 1000, now).value();
  const Person person = tokens.find(made.secret, "10.1.0.9", now).value();
  EXPECT_EQ(person.name, "suzuki");
  EXPECT_EQ(person.source, "api 10.1.0.9");
  EXPECT_THAT(person.domains, ElementsAre("kaikei.example.jp"));
  EXPECT_TRUE(person.may(Permission::see_items));
  EXPECT_FALSE(person.may(Permission::see_messages)) << "not among its scopes";
  EXPECT_FALSE(person.may(Permission::release_original)) << "its owner may not";
  EXPECT_FALSE(tokens.find(made.secret, "10.1.0.9", now + 1000)) << "over";
  EXPECT_FALSE(tokens.find(made.secret + "x", "10.1.0.9", now));
  EXPECT_FALSE(tokens.find("", "10.1.0.9", now));
  const std::vector<ApiToken> list = tokens.list(root, "").value();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].id, made.id);
  EXPECT_EQ(list[0].label, "SIEM");
  EXPECT_EQ(list[0].last_used_ms, now);
}

TEST_P(TokensOnEach, RevokedAndDisabledOnesDoNothing) {
  add("suzuki", Role::operator_);
  ApiTokens tokens(*database);
  const MadeToken one = tokens.add(root, "suzuki", "", {Permission::see_items}, now + 1000, now).value();
  const MadeToken two = tokens.add(root, "suzuki", "", {Permission::see_items}, now + 1000, now).value();
  ASSERT_TRUE(tokens.revoke(root, one.id, now));
  EXPECT_FALSE(tokens.find(one.secret, "", now));
  EXPECT_TRUE(tokens.find(two.secret, "", now));
  ASSERT_TRUE(users().disable(root, "suzuki", now));
  EXPECT_FALSE(tokens.find(two.secret, "", now));
  EXPECT_EQ(why(tokens.revoke(root, one.id, now)), "token.unknown");
}

TEST_P(TokensOnEach, NoTokenChangesUsersOrLivesForEver) {
  add("first", Role::administrator);
  ApiTokens tokens(*database);
  EXPECT_EQ(why(tokens.add(root, "first", "", {Permission::change_users}, now + 1000, now)), "token.invalid");
  EXPECT_EQ(why(tokens.add(root, "first", "", {}, now + 1000, now)), "token.invalid");
  EXPECT_EQ(why(tokens.add(root, "first", "", {Permission::see_items}, now, now)), "token.invalid");
  EXPECT_EQ(why(tokens.add(root, "first", "", {Permission::see_items}, now + int64_t{4000} * 86'400'000, now)), "token.invalid");
  EXPECT_EQ(why(tokens.add(root, "nobody", "", {Permission::see_items}, now + 1000, now)), "user.unknown");
  const MadeToken made = tokens.add(root, "first", "", {Permission::see_items}, now + 1000, now).value();
  const Person program = tokens.find(made.secret, "", now).value();
  EXPECT_FALSE(program.may(Permission::change_users));
  EXPECT_EQ(why(tokens.add(program, "first", "", {Permission::see_items}, now + 1000, now)), "user.forbidden");
}

TEST(Scopes, EachPermissionButOneHasAScopeOfItsOwn) {
  for (const Permission one : all_permissions()) {
    if (one == Permission::change_users) continue;
    EXPECT_EQ(permission_from(scope_of(one)), one);
  }
  EXPECT_EQ(all_permissions().size(), 16u);
  EXPECT_FALSE(permission_from(""));
}

}  // namespace
}  // namespace mugai::gateway
