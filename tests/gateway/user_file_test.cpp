#include "gateway/accounts/user_file.h"

#include <gmock/gmock.h>

#include "sanitizers/text/charset.h"
#include "tests/gateway/people.h"

namespace mugai::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string mistakes(const std::string& text) {
  const auto read = read_user_file(text);
  return read ? "" : read.error().text;
}

TEST(UserFile, ReadsWhatASpreadsheetWrites) {
  const std::string text = "Name,Display,ROLE,domains,language,disabled\r\n"
                           "suzuki,\"鈴木, 花子 \"\"会計\"\"\",operator,kaikei.example.jp;zeimu.example.jp,ja,no\r\n"
                           "\r\n"
                           "Sato,,auditor,,,はい\r\n";
  for (const std::string& form : {text, "\xEF\xBB\xBF" + text, sanitize::encode_text(text, "cp932").value()}) {
    const std::vector<UserLine> lines = read_user_file(form).value();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].name, "suzuki");
    EXPECT_EQ(lines[0].fields.display, "鈴木, 花子 \"会計\"");
    EXPECT_EQ(lines[0].fields.role, Role::operator_);
    EXPECT_THAT(*lines[0].fields.domains, ElementsAre("kaikei.example.jp", "zeimu.example.jp"));
    EXPECT_EQ(lines[0].disabled, false);
    EXPECT_EQ(lines[1].line, 4u);
    EXPECT_EQ(lines[1].name, "sato");
    EXPECT_EQ(lines[1].fields.language, "ja");
    EXPECT_EQ(lines[1].disabled, true);
  }
}

TEST(UserFile, AColumnThatIsNotThereChangesNothing) {
  const std::vector<UserLine> lines = read_user_file("role,name\nauditor,suzuki").value();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_FALSE(lines[0].fields.display);
  EXPECT_FALSE(lines[0].fields.domains);
  EXPECT_FALSE(lines[0].disabled);
}

TEST(UserFile, EachMistakeIsNamedWithItsLine) {
  const std::string text = mistakes("name,role,disabled\nsuzuki,king,no\n鈴木,auditor,no\nsato,auditor,perhaps\nSato,auditor,no\nx,auditor\n");
  for (const char* said : {"line 2: 役割「king」", "line 3: 「鈴木」", "line 4: disabled", "line 5: sato は4行目", "line 6: 列の数"})
    EXPECT_THAT(text, HasSubstr(said));
}

TEST(UserFile, WhatIsNoTableIsRefused) {
  EXPECT_THAT(mistakes(""), HasSubstr("empty"));
  EXPECT_THAT(mistakes("display\nx\n"), HasSubstr("no column name"));
  EXPECT_THAT(mistakes("name,nmae\nx,y\n"), HasSubstr("\"nmae\""));
  EXPECT_THAT(mistakes("name,name\nx,y\n"), HasSubstr("twice"));
  EXPECT_THAT(mistakes("name\n\"x\n"), HasSubstr("not closed"));
  EXPECT_THAT(mistakes("name\n\xFF\xFE\x01\n"), HasSubstr("neither UTF-8 nor Shift_JIS"));
}

TEST(UserFile, WhatWasWrittenIsReadAgainAndHasNoFormulas) {
  User user;
  user.name = "suzuki";
  user.display = "=cmd|' /C calc'!A0";
  user.role = Role::approver;
  user.domains = {"a.example.jp", "b@c.example.jp"};
  user.disabled = true;
  const std::string text = write_user_file({user});
  EXPECT_THAT(text, HasSubstr("\"'=cmd"));
  const std::vector<UserLine> lines = read_user_file(text).value();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].fields.display, user.display);
  EXPECT_EQ(lines[0].fields.role, user.role);
  EXPECT_EQ(*lines[0].fields.domains, user.domains);
  EXPECT_EQ(lines[0].disabled, true);
}

class ImportOnEach : public test::WithPeople {
 protected:
  Result<std::vector<ImportedUser>> import(const std::string& text, ImportOptions options = {.directory_only = true}) {
    Users all = users();
    return import_users(all, root, read_user_file(text).value(), options, now);
  }
  std::vector<std::string> said(const Result<std::vector<ImportedUser>>& result) {
    std::vector<std::string> out;
    if (!result) return {result.error().id};
    for (const ImportedUser& one : *result) out.push_back(one.what + " " + one.name);
    return out;
  }
};
ON_EACH_DATABASE(ImportOnEach);

TEST_P(ImportOnEach, AddsChangesDisablesAndEnablesInOneGo) {
  add("keeper", Role::administrator);
  add("mover", Role::operator_, {"kaikei.example.jp"});
  add("leaver", Role::operator_);
  add("back", Role::operator_);
  add("same", Role::auditor);
  ASSERT_TRUE(users().disable(root, "back", now));
  const auto done = import("name,role,domains,disabled\nmover,approver,zeimu.example.jp,no\nleaver,operator,,yes\nback,operator,,no\n"
                           "same,auditor,,no\nfresh,requester,,no\n");
  EXPECT_THAT(said(done), ElementsAre("change mover", "disable leaver", "enable back", "add fresh"));
  EXPECT_EQ(user("mover").role, Role::approver);
  EXPECT_THAT(user("mover").domains, ElementsAre("zeimu.example.jp"));
  EXPECT_TRUE(user("leaver").disabled);
  EXPECT_FALSE(user("back").disabled);
  EXPECT_FALSE(user("keeper").disabled) << "not in the file, and nobody asked for that";
}

TEST_P(ImportOnEach, ANewUserSignsInWithThePasswordThatWasShown) {
  const auto done = import("name,role\nfresh,auditor\n", {}).value();
  ASSERT_EQ(done.size(), 1u);
  EXPECT_EQ(password("fresh", done[0].password).value().wanted, Step::Wanted::new_password);
}

TEST_P(ImportOnEach, OneMistakeAndNothingIsDone) {
  add("keeper", Role::administrator);
  const auto done = import("name,domains\nfresh,kaikei.example.jp\nkeeper,not_a_domain!\nother,@x\n");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().id, "user.file");
  EXPECT_THAT(done.error().text, HasSubstr("line 3"));
  EXPECT_THAT(done.error().text, HasSubstr("line 4"));
  EXPECT_EQ(everybody().size(), 1u);
  EXPECT_EQ(acts().size(), 1u);
}

TEST_P(ImportOnEach, ADryRunSaysTheSameAndChangesNothing) {
  add("keeper", Role::administrator);
  add("leaver", Role::operator_);
  const std::string text = "name,role\nkeeper,administrator\nfresh,auditor\n";
  ImportOptions options{.dry_run = true, .disable_missing = true};
  EXPECT_THAT(said(import(text, options)), ElementsAre("add fresh", "disable leaver"));
  EXPECT_EQ(everybody().size(), 2u);
  EXPECT_FALSE(user("leaver").disabled);
  EXPECT_EQ(acts().size(), 2u);
  options.dry_run = false;
  EXPECT_THAT(said(import(text, options)), ElementsAre("add fresh", "disable leaver"));
  EXPECT_TRUE(user("leaver").disabled);
}

TEST_P(ImportOnEach, TheLastAdministratorStays) {
  add("old", Role::administrator);
  EXPECT_THAT(said(import("name,role\nfresh,auditor\n", {.disable_missing = true, .directory_only = true})),
              ElementsAre("user.last-administrator"));
  EXPECT_THAT(said(import("name,role\nold,auditor\n")), ElementsAre("user.file"));
  EXPECT_EQ(everybody().size(), 1u);
  EXPECT_EQ(said(import("name,role\nold,auditor\nnew,administrator\n")).size(), 2u) << "one goes, one comes";
  EXPECT_EQ(user("old").role, Role::auditor);
}

}  // namespace
}  // namespace mugai::gateway
