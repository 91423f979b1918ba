// Against a real slapd, which tests/support/with_slapd.py has started and filled; without one skipped, in CI a failure.
#include "gateway/accounts/directory.h"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gateway/file.h"
#include "tests/gateway/people.h"
#include "tests/support/needs.h"

namespace mugai::gateway {
namespace {

using ::testing::ElementsAre;

struct Slapd {
  uint16_t port = 0, tls_port = 0;
  std::string folder;
};

std::optional<Slapd> slapd() {
  const char* given = std::getenv("MUGAI_TEST_LDAP");
  if (!given) return std::nullopt;
  Slapd out;
  std::istringstream(given) >> out.port >> out.tls_port >> out.folder;
  return out;
}

config::Ldap settings_of(const Slapd& server) {
  config::Ldap out;
  out.enabled = true;
  out.url = "ldaps://127.0.0.1:" + std::to_string(server.tls_port);
  out.ca = server.folder + "/ca.pem";
  out.bind_dn = "cn=reader,dc=city,dc=example";
  out.bind_password_file = server.folder + "/reader";
  out.base = "dc=city,dc=example";
  out.filter = "(&(objectClass=person)(uid={name}))";
  out.timeout = std::chrono::seconds(5);
  out.groups = {{"cn=no-such-group,dc=city,dc=example", "administrator", {}},
                {"cn=operators,dc=city,dc=example", "operator", {"kaikei.example.jp"}},
                {"cn=auditors,dc=city,dc=example", "auditor", {}}};
  return out;
}

class Ldap : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto server = slapd();
    MUGAI_NEEDS(server, "slapd");
    folder = server->folder;
    plain_port = server->port;
    settings = settings_of(*server);
  }
  std::optional<directory::Entry> ask(const std::string& name, const std::string& password) {
    const auto answer = directory::authenticate(settings, name, password);
    if (answer) return *answer;
    ADD_FAILURE() << answer.error().id << ": " << answer.error().detail;
    return std::nullopt;
  }
  std::string failure() {
    const auto answer = directory::authenticate(settings, "suzuki", "password-of-suzuki");
    return answer ? "none" : answer.error().id;
  }

  std::string folder;
  uint16_t plain_port = 0;
  config::Ldap settings;
};

TEST_F(Ldap, TheRightPasswordGivesNameRoleAndDomainsOfTheFirstGroup) {
  const directory::Entry suzuki = ask("suzuki", "password-of-suzuki").value();
  EXPECT_EQ(suzuki.display, "鈴木 花子");
  EXPECT_EQ(suzuki.role, Role::operator_);
  EXPECT_THAT(suzuki.domains, ElementsAre("kaikei.example.jp"));
  const directory::Entry sato = ask("sato", "password-of-sato").value();
  EXPECT_EQ(sato.role, Role::auditor);
  EXPECT_EQ(ask("yamada", "password-of-yamada").value().role, Role::operator_) << "a DN with comma, brackets and star";
  EXPECT_FALSE(ask("tanaka", "password-of-tanaka").value().role) << "of no group";
}

TEST_F(Ldap, WrongEmptyAndAmbiguousOnesAreRefused) {
  EXPECT_FALSE(ask("suzuki", "password-of-sato"));
  EXPECT_FALSE(ask("suzuki", "")) << "this server lets it in";
  EXPECT_FALSE(ask("", "password-of-suzuki"));
  EXPECT_FALSE(ask("nobody", "x"));
  EXPECT_FALSE(ask("twin", "password-of-twin")) << "two entries";
}

TEST_F(Ldap, WhatWasTypedIsNoFilter) {
  for (const char* name : {"*", "suz*", "suzuki)(uid=*", "*)(|(uid=*", "suzuki\\", "(", "suzuki)(objectClass=*))(&(uid=suzuki"})
    EXPECT_FALSE(ask(name, "password-of-suzuki")) << name;
  EXPECT_EQ(directory::escaped("a*(b)\\c"), "a\\2a\\28b\\29\\5cc");
  EXPECT_EQ(directory::escaped(std::string_view("\0\n鈴", 5)), "\\00\\0a\\e9\\88\\b4");
}

TEST_F(Ldap, StartTlsIsDemandedOnThePlainPort) {
  settings.url = "ldap://127.0.0.1:" + std::to_string(plain_port);
  EXPECT_TRUE(ask("suzuki", "password-of-suzuki"));
  settings.ca = "";
  EXPECT_EQ(failure(), "ldap.unavailable") << "nobody we trust has signed it";
}

TEST_F(Ldap, TheCertificateIsChecked) {
  const std::string good = settings.url;
  settings.url = "ldaps://localhost" + good.substr(good.rfind(':'));
  EXPECT_EQ(failure(), "ldap.unavailable") << "the certificate is for 127.0.0.1";
  settings.url = good;
  settings.ca = "";
  EXPECT_EQ(failure(), "ldap.unavailable");
  settings.ca = folder + "/no-such-file";
  EXPECT_NE(failure(), "none");
}

TEST_F(Ldap, ServerAwayIsNotAWrongPassword) {
  settings.url = "ldaps://127.0.0.1:1";
  EXPECT_EQ(failure(), "ldap.unavailable");
}

TEST_F(Ldap, ASilentServerIsGivenUp) {
  const Fd silent(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(::bind(silent.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(::listen(silent.get(), 8), 0);
  ASSERT_EQ(::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
  settings.timeout = std::chrono::seconds(1);
  for (const char* scheme : {"ldap", "ldaps"}) {
    settings.url = std::string(scheme) + "://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(failure(), "ldap.unavailable") << scheme;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10)) << scheme;
  }
}

TEST_F(Ldap, TheReadersPasswordIsItsOwn) {
  const mugai::test::TemporaryDirectory directory;
  settings.bind_password_file = directory.path() + "/reader";
  EXPECT_EQ(failure(), "ldap.settings") << "not there";
  std::ofstream(settings.bind_password_file) << "reader-secret\n";
  ::chmod(settings.bind_password_file.c_str(), 0644);
  EXPECT_EQ(failure(), "ldap.settings") << "open to others";
  ::chmod(settings.bind_password_file.c_str(), 0600);
  EXPECT_EQ(failure(), "none");
  std::ofstream(settings.bind_password_file, std::ios::trunc) << "\n";
  EXPECT_EQ(failure(), "ldap.settings") << "empty: that would be anonymous";
  std::ofstream(settings.bind_password_file, std::ios::trunc) << "wrong\n";
  EXPECT_EQ(failure(), "ldap.unavailable");
}

class DirectorySignIn : public test::WithPeople {
 protected:
  void SetUp() override {
    WithPeople::SetUp();
    if (IsSkipped()) return;
    const auto server = slapd();
    MUGAI_NEEDS(server, "slapd");
    settings.ldap = settings_of(*server);
  }
};
ON_EACH_DATABASE(DirectorySignIn);

TEST_P(DirectorySignIn, AMemberOfAGroupBecomesAUserAtTheFirstSignIn) {
  const Step wanted = password("Suzuki", "password-of-suzuki").value();
  EXPECT_EQ(wanted.wanted, Step::Wanted::enrolment) << "an operator";
  const User found = user("suzuki");
  EXPECT_EQ(found.display, "鈴木 花子");
  EXPECT_EQ(found.role, Role::operator_);
  EXPECT_THAT(found.domains, ElementsAre("kaikei.example.jp"));
  EXPECT_TRUE(found.from_directory);
  EXPECT_FALSE(found.has_password);
  EXPECT_EQ(acts().front(), "mugai user.add suzuki");
  EXPECT_FALSE(password("tanaka", "password-of-tanaka")) << "of no group";
  EXPECT_EQ(everybody().size(), 1u);
}

TEST_P(DirectorySignIn, AGroupsRoleFollowsTheDirectoryUntilSomebodyDecidesOtherwise) {
  ASSERT_TRUE(password("sato", "password-of-sato"));
  settings.ldap.groups[2].role = "requester";
  ASSERT_TRUE(password("sato", "password-of-sato"));
  EXPECT_EQ(user("sato").role, Role::requester);
  ASSERT_TRUE(users().change(root, "sato", {.role = Role::auditor}, now));
  ASSERT_TRUE(password("sato", "password-of-sato"));
  EXPECT_EQ(user("sato").role, Role::auditor);
  settings.ldap.groups.clear();
  EXPECT_TRUE(password("sato", "password-of-sato")) << "a user by hand";
}

TEST_P(DirectorySignIn, WhoLeftTheGroupIsRefused) {
  ASSERT_TRUE(password("sato", "password-of-sato"));
  settings.ldap.groups.clear();
  EXPECT_EQ(password("sato", "password-of-sato").error().id, "session.refused");
}

TEST_P(DirectorySignIn, AUserAddedByHandHasTheirRoleAndTheDirectorysPassword) {
  ASSERT_TRUE(users().add(root, {"tanaka", "", Role::auditor}, {PasswordKind::directory_only}, now));
  EXPECT_EQ(password("tanaka", "password-of-tanaka").value().wanted, Step::Wanted::nothing);
  EXPECT_EQ(user("tanaka").role, Role::auditor);
  EXPECT_FALSE(session(password("tanaka", "password-of-tanaka").value().token).value().local_password);
  EXPECT_FALSE(password("tanaka", "wrong"));
  EXPECT_EQ(user("tanaka").failures, 1u);
}

TEST_P(DirectorySignIn, APasswordOfOursIsTheOnlyOne) {
  add("sato", Role::auditor);
  EXPECT_FALSE(password("sato", "password-of-sato"));
  EXPECT_TRUE(password("sato", test::kPassword));
}

TEST_P(DirectorySignIn, ADisabledUserStaysOutWhateverTheDirectorySays) {
  ASSERT_TRUE(password("sato", "password-of-sato"));
  ASSERT_TRUE(users().disable(root, "sato", now));
  EXPECT_FALSE(password("sato", "password-of-sato"));
}

TEST_P(DirectorySignIn, TheLastAdministratorStaysOneWhateverTheDirectorySays) {
  settings.ldap.groups[2].role = "administrator";
  ASSERT_TRUE(password("sato", "password-of-sato"));
  settings.ldap.groups[2].role = "auditor";
  ASSERT_TRUE(password("sato", "password-of-sato"));
  EXPECT_EQ(user("sato").role, Role::administrator);
}

TEST_P(DirectorySignIn, ADirectoryThatIsAwayIsNobodysFailure) {
  ASSERT_TRUE(password("sato", "password-of-sato"));
  settings.ldap.url = "ldaps://127.0.0.1:1";
  EXPECT_EQ(password("sato", "password-of-sato").error().id, "session.refused");
  EXPECT_EQ(user("sato").failures, 0u);
  add("suzuki", Role::auditor);
  EXPECT_TRUE(password("suzuki", test::kPassword)) << "a password of ours does without it";
}

}  // namespace
}  // namespace mugai::gateway
