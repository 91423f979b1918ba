#include "gateway/accounts/sign_in.h"

#include <gmock/gmock.h>

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <atomic>
#include <ctime>
#include <set>
#include <thread>

#include "tests/gateway/people.h"

namespace mugai::gateway {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using Wanted = Step::Wanted;

class SignInOnEach : public test::WithPeople {};
ON_EACH_DATABASE(SignInOnEach);

TEST_P(SignInOnEach, AnAuditorNeedsAPasswordOnly) {
  add("suzuki", Role::auditor, {"kaikei.example.jp"});
  const Step step = password("Suzuki").value();
  ASSERT_EQ(step.wanted, Wanted::nothing);
  const Session found = session(step.token).value();
  EXPECT_EQ(found.person.name, "suzuki");
  EXPECT_EQ(found.person.source, "console 10.1.0.9");
  EXPECT_EQ(found.person.role, Role::auditor);
  EXPECT_THAT(found.person.domains, ElementsAre("kaikei.example.jp"));
  EXPECT_EQ(found.display, "suzuki");
  EXPECT_EQ(found.ends_ms, now + 8 * 3'600'000);
  EXPECT_EQ(user("suzuki").last_sign_in_ms, now);
  EXPECT_THAT(acts(), Contains("suzuki session.begin suzuki"));
}

TEST_P(SignInOnEach, WhoMayReleaseEnrolsASecondFactorAndIsAskedForItFromThenOn) {
  for (const Role role : {Role::administrator, Role::operator_, Role::approver}) {
    const std::string name(to_string(role));
    add(name, role);
    const Step wanted = password(name).value();
    ASSERT_EQ(wanted.wanted, Wanted::enrolment) << name;
    EXPECT_FALSE(session(wanted.token)) << "half a sign-in is no session";
    EXPECT_EQ(wanted.totp_uri.rfind("otpauth://totp/Mugai%20gw.example:" + name + "?secret=", 0), 0u) << wanted.totp_uri;
    const Step wrong = sign_in().waiting(wanted.token, now).value();
    EXPECT_EQ(wrong.totp_secret, wanted.totp_secret);
    EXPECT_EQ(sign_in().enrol(wanted.token, "000000", "10.1.0.9", now).error().id, "session.refused");
    const Step done = sign_in().enrol(wanted.token, test::code_of(wanted.totp_secret, now), "10.1.0.9", now).value();
    EXPECT_EQ(done.wanted, Wanted::nothing);
    EXPECT_EQ(done.recovery_codes.size(), 10u);
    EXPECT_TRUE(session(done.token));

    pass(60);
    const Step asked = password(name).value();
    ASSERT_EQ(asked.wanted, Wanted::second_factor);
    EXPECT_FALSE(session(asked.token));
    EXPECT_TRUE(asked.totp_secret.empty()) << "the secret is shown once";
    EXPECT_TRUE(session(code(asked, test::code_of(wanted.totp_secret, now)).value().token));
  }
}

TEST_P(SignInOnEach, EachStepHasAFreshTokenAndVoidsTheOneBefore) {
  add("suzuki", Role::operator_);
  const Step wanted = password("suzuki").value();
  const Step done = sign_in().enrol(wanted.token, test::code_of(wanted.totp_secret, now), "10.1.0.9", now).value();
  pass(60);
  const Step asked = password("suzuki").value();
  const Step second = code(asked, test::code_of(wanted.totp_secret, now)).value();
  EXPECT_EQ((std::set<std::string>{wanted.token, done.token, asked.token, second.token}).size(), 4u);
  pass(60);
  const std::string fresh = test::code_of(wanted.totp_secret, now);
  EXPECT_EQ(code(asked, fresh).error().id, "session.pending") << "used";
  EXPECT_EQ(code(second, fresh).error().id, "session.pending") << "a session is no pending token";
  EXPECT_EQ(sign_in().enrol(wanted.token, fresh, "10.1.0.9", now).error().id, "session.pending");
  EXPECT_EQ(sign_in().waiting(second.token, now).error().id, "session.pending");
}

TEST_P(SignInOnEach, ACodeAndARecoveryCodeAreGoodOnce) {
  add("suzuki", Role::operator_);
  const Step done = enrolled("suzuki");
  EXPECT_EQ(code(password("suzuki").value(), test::code_of(secret, now)).error().id, "session.refused") << "the code of the enrolment";
  pass(60);
  const std::string good = test::code_of(secret, now);
  EXPECT_TRUE(code(password("suzuki").value(), good));
  EXPECT_FALSE(code(password("suzuki").value(), good));
  EXPECT_TRUE(code(password("suzuki").value(), done.recovery_codes[3]));
  EXPECT_FALSE(code(password("suzuki").value(), done.recovery_codes[3]));
  EXPECT_EQ(user("suzuki").recovery_codes_left, 9u);
}

TEST_P(SignInOnEach, APasswordThatSomebodyElseGaveIsChangedFirst) {
  const std::string initial = users().add(root, {"suzuki", "", Role::auditor}, {}, now).value();
  const Step wanted = password("suzuki", initial).value();
  ASSERT_EQ(wanted.wanted, Wanted::new_password);
  EXPECT_FALSE(session(wanted.token));
  EXPECT_EQ(sign_in().new_password(wanted.token, "short", "10.1.0.9", now).error().id, "password.weak");
  EXPECT_EQ(sign_in().new_password(wanted.token, initial, "10.1.0.9", now).error().id, "password.weak");
  const Step done = sign_in().new_password(wanted.token, "another-long-password", "10.1.0.9", now).value();
  EXPECT_TRUE(session(done.token));
  EXPECT_FALSE(password("suzuki", initial));
  EXPECT_EQ(password("suzuki", "another-long-password").value().wanted, Wanted::nothing);
}

TEST_P(SignInOnEach, TheSecondFactorIsAskedForBeforeANewPasswordIsTaken) {
  add("suzuki", Role::operator_);
  enrolled("suzuki");
  pass(60);
  const std::string initial = users().set_password(root, "suzuki", {}, now).value();
  const Step asked = password("suzuki", initial).value();
  ASSERT_EQ(asked.wanted, Wanted::second_factor);
  EXPECT_EQ(sign_in().new_password(asked.token, "another-long-password", "10.1.0.9", now).error().id, "session.pending");
  const Step wanted = code(asked, test::code_of(secret, now)).value();
  ASSERT_EQ(wanted.wanted, Wanted::new_password);
  EXPECT_EQ(sign_in().new_password(wanted.token, "another-long-password", "10.1.0.9", now).value().wanted, Wanted::nothing);
}

TEST_P(SignInOnEach, AllRefusalsLookAlike) {
  add("suzuki", Role::operator_);
  add("other", Role::administrator);
  ASSERT_TRUE(users().disable(root, "suzuki", now));
  const Error disabled = password("suzuki").error(), unknown = password("nobody").error();
  const Error wrong = password("other", "wrong").error(), impossible = password("' OR 1=1 --", "").error();
  for (const Error* one : {&disabled, &unknown, &wrong, &impossible}) {
    EXPECT_EQ(one->id, "session.refused");
    EXPECT_EQ(one->text, wrong.text);
    EXPECT_EQ(one->detail, "");
  }
}

// Of the processor, not of the clock: other programs do not matter.
TEST_P(SignInOnEach, ARefusalCostsTheSameWhoeverIsNamed) {
  add("suzuki", Role::auditor);
  add("disabled", Role::auditor);
  ASSERT_TRUE(users().disable(root, "disabled", now));
  const auto cost = [&](const std::string& name) {
    const auto spent = [] {
      timespec at{};
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
      return static_cast<double>(at.tv_sec) * 1e3 + static_cast<double>(at.tv_nsec) / 1e6;
    };
    const double before = spent();
    EXPECT_FALSE(password(name, "wrong"));
    return spent() - before;
  };
  cost("nobody");   // makes nobody's hash
  const double known = cost("suzuki");
  for (const char* name : {"nobody", "disabled", "not a name"}) {
    const double other = cost(name);
    EXPECT_GT(other, known / 2) << name;
    EXPECT_LT(other, known * 2) << name;
  }
}

TEST_P(SignInOnEach, ANameThatNobodyHasIsNotWrittenDown) {
  EXPECT_FALSE(password("MyPassword-typed-in-the-wrong-field"));
  ASSERT_EQ(records().size(), 1u);
  for (const AuditRecord& one : records()) {
    EXPECT_EQ(one.actor, "unknown");
    EXPECT_EQ(one.object, "");
    EXPECT_EQ(one.detail, R"({"why":"unknown"})");
  }
}

TEST_P(SignInOnEach, FiveFailuresLockForAMinuteThenTwoThenFour) {
  add("suzuki", Role::auditor);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(password("suzuki", "wrong"));
  EXPECT_EQ(user("suzuki").locked_until_ms, now + 60'000);
  EXPECT_FALSE(password("suzuki")) << "the right one is refused too";
  EXPECT_EQ(user("suzuki").locked_until_ms, now + 60'000) << "a try while locked does not count";
  pass(61);
  EXPECT_FALSE(password("suzuki", "wrong"));
  EXPECT_EQ(user("suzuki").locked_until_ms, now + 120'000);
  pass(121);
  EXPECT_FALSE(password("suzuki", "wrong"));
  EXPECT_EQ(user("suzuki").locked_until_ms, now + 240'000);
  pass(241);
  EXPECT_TRUE(password("suzuki"));
  EXPECT_EQ(user("suzuki").failures, 0u);
}

TEST_P(SignInOnEach, AnAdministratorUnlocks) {
  add("suzuki", Role::auditor);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(password("suzuki", "wrong"));
  ASSERT_TRUE(users().unlock(root, "suzuki", now));
  EXPECT_TRUE(password("suzuki"));
}

TEST_P(SignInOnEach, WrongCodesLockAndTheRightPasswordDoesNotForgiveThem) {
  add("suzuki", Role::operator_);
  enrolled("suzuki");
  pass(60);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code(password("suzuki").value(), "000000").error().id, "session.refused") << i;
  EXPECT_EQ(user("suzuki").failures, 5u);
  EXPECT_FALSE(password("suzuki"));
}

TEST_P(SignInOnEach, TheRightFifthTryIsNotAFailure) {
  add("suzuki", Role::operator_);
  enrolled("suzuki");
  pass(60);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(password("suzuki", "wrong"));
  const Step asked = password("suzuki").value();
  EXPECT_EQ(user("suzuki").failures, 4u);
  EXPECT_EQ(user("suzuki").locked_until_ms, 0);
  EXPECT_TRUE(code(asked, test::code_of(secret, now)));
}

TEST_P(SignInOnEach, OfManyTriesAtOnceNoneGoesUncounted) {
  add("suzuki", Role::auditor);
  std::atomic<int> successes = 0;
  const auto guess = [&] {
    auto own = Database::open(node);
    ASSERT_TRUE(own);
    for (int i = 0; i < 4; ++i)
      if (SignIn(**own, *secrets, sources, settings).password("suzuki", "wrong", "10.1.0.9", now)) ++successes;
  };
  std::thread other(guess);
  guess();
  other.join();
  EXPECT_EQ(successes, 0);
  EXPECT_EQ(user("suzuki").failures, 5u) << "eight tries, of which five were looked at";
}

TEST_P(SignInOnEach, AnAddressThatFailsTooOftenIsNotListenedTo) {
  SourceLimit strict(3);
  SignIn signing_in(*database, *secrets, strict, settings);
  add("suzuki", Role::auditor);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(signing_in.password("nobody", "x", "10.9.9.9", now).error().id, "session.refused");
  EXPECT_EQ(signing_in.password("suzuki", test::kPassword, "10.9.9.9", now).error().id, "session.too-many");
  EXPECT_TRUE(signing_in.password("suzuki", test::kPassword, "10.1.0.9", now));
}

TEST_P(SignInOnEach, ASessionEndsWhenItIdlesAndWhenItIsOld) {
  add("suzuki", Role::auditor);
  const Step idle = password("suzuki").value();
  pass(14 * 60);
  EXPECT_TRUE(session(idle.token));
  pass(14 * 60);
  EXPECT_TRUE(session(idle.token)) << "the use before counted";
  pass(15 * 60);
  EXPECT_FALSE(session(idle.token));

  const Step busy = password("suzuki").value();
  for (int i = 0; i < 47; ++i) {
    pass(10 * 60);
    EXPECT_TRUE(session(busy.token)) << i;
  }
  pass(10 * 60);
  EXPECT_FALSE(session(busy.token)) << "eight hours";
  ASSERT_TRUE(sessions().sweep(now));
  Poco::Int64 left = -1;
  database->session() << "SELECT COUNT(*) FROM sessions", Poco::Data::Keywords::into(left), Poco::Data::Keywords::now;
  EXPECT_EQ(left, 0);
}

TEST_P(SignInOnEach, APendingTokenIsGoodForTenMinutes) {
  add("suzuki", Role::operator_);
  const Step wanted = password("suzuki").value();
  pass(601);
  EXPECT_EQ(sign_in().enrol(wanted.token, test::code_of(wanted.totp_secret, now), "10.1.0.9", now).error().id, "session.pending");
}

TEST_P(SignInOnEach, SigningOutEndsTheSession) {
  add("suzuki", Role::auditor);
  const Step one = password("suzuki").value(), two = password("suzuki").value();
  ASSERT_TRUE(sessions().end(one.token, "10.1.0.9", now));
  EXPECT_FALSE(session(one.token));
  EXPECT_TRUE(session(two.token));
  EXPECT_THAT(acts(), Contains("suzuki session.end suzuki"));
  EXPECT_TRUE(sessions().end("nothing", "10.1.0.9", now));
  EXPECT_TRUE(sessions().end("", "10.1.0.9", now));
}

TEST_P(SignInOnEach, WhatAUserMayDoChangesAndTheSessionsEnd) {
  add("keeper", Role::administrator);
  const std::pair<const char*, std::function<Status(const std::string&)>> acts[] = {
      {"disabled", [&](const std::string& name) { return users().disable(root, name, now); }},
      {"role", [&](const std::string& name) { return users().change(root, name, {.role = Role::requester}, now); }},
      {"second factor", [&](const std::string& name) { return users().reset_totp(root, name, now); }},
      {"password", [&](const std::string& name) -> Status {
         const auto done = users().set_password(root, name, {PasswordKind::directory_only, ""}, now);
         return done ? Status(Ok{}) : Status(done.error());
       }}};
  int number = 0;
  for (const auto& [what, act] : acts) {
    const std::string name = "u" + std::to_string(++number);
    add(name, Role::operator_);
    const Step done = enrolled(name);
    const Step half = password(name).value();
    EXPECT_TRUE(session(done.token)) << what;
    ASSERT_TRUE(act(name)) << what;
    EXPECT_FALSE(session(done.token)) << what;
    EXPECT_EQ(sign_in().waiting(half.token, now).error().id, "session.pending") << what;
  }
}

TEST_P(SignInOnEach, NarrowerDomainsHoldAtOnce) {
  add("suzuki", Role::auditor);
  const Step done = password("suzuki").value();
  ASSERT_TRUE(users().change(root, "suzuki", {.domains = std::vector<std::string>{"kaikei.example.jp"}}, now));
  EXPECT_THAT(session(done.token).value().person.domains, ElementsAre("kaikei.example.jp"));
}

TEST_P(SignInOnEach, AResetSecondFactorIsEnrolledAgain) {
  add("suzuki", Role::operator_);
  enrolled("suzuki");
  ASSERT_TRUE(users().reset_totp(root, "suzuki", now));
  EXPECT_FALSE(user("suzuki").has_second_factor);
  EXPECT_EQ(password("suzuki").value().wanted, Wanted::enrolment);
}

TEST_P(SignInOnEach, OthersMayEnrolOutOfTheirSession) {
  add("suzuki", Role::auditor);
  const Step first = password("suzuki").value();
  const Step wanted = sign_in().begin_enrolment(first.token, now).value();
  ASSERT_EQ(wanted.wanted, Wanted::enrolment);
  EXPECT_TRUE(session(first.token));
  const Step done = sign_in().enrol(wanted.token, test::code_of(wanted.totp_secret, now), "10.1.0.9", now).value();
  EXPECT_FALSE(session(first.token));
  EXPECT_TRUE(session(done.token).value().second_factor);
  EXPECT_EQ(password("suzuki").value().wanted, Wanted::second_factor);
  EXPECT_EQ(sign_in().begin_enrolment(done.token, now).error().id, "session.enrolled");
}

TEST_P(SignInOnEach, AnotherPasswordEndsTheOtherSessions) {
  add("suzuki", Role::auditor);
  const Step here = password("suzuki").value(), there = password("suzuki").value();
  EXPECT_EQ(sign_in().change_password(here.token, "wrong", "another-long-password", "10.1.0.9", now).error().id, "session.refused");
  EXPECT_EQ(sign_in().change_password(here.token, test::kPassword, "short", "10.1.0.9", now).error().id, "password.weak");
  const Step done = sign_in().change_password(here.token, test::kPassword, "another-long-password", "10.1.0.9", now).value();
  EXPECT_TRUE(session(done.token));
  EXPECT_FALSE(session(here.token));
  EXPECT_FALSE(session(there.token));
  EXPECT_FALSE(password("suzuki"));
  EXPECT_TRUE(password("suzuki", "another-long-password"));
  EXPECT_EQ(sign_in().change_password("nothing", "a", "b", "10.1.0.9", now).error().id, "session.pending");
}

TEST_P(SignInOnEach, NewRecoveryCodesVoidTheOldOnes) {
  add("suzuki", Role::operator_);
  const Step done = enrolled("suzuki");
  pass(60);
  EXPECT_EQ(sign_in().new_recovery_codes(done.token, "000000", "10.1.0.9", now).error().id, "session.refused");
  const Step fresh = sign_in().new_recovery_codes(done.token, test::code_of(secret, now), "10.1.0.9", now).value();
  EXPECT_EQ(fresh.recovery_codes.size(), 10u);
  EXPECT_TRUE(session(fresh.token));
  EXPECT_FALSE(session(done.token));
  EXPECT_FALSE(code(password("suzuki").value(), done.recovery_codes[0]));
  EXPECT_TRUE(code(password("suzuki").value(), fresh.recovery_codes[0]));
}

TEST_P(SignInOnEach, TheDatabaseHasNoTokenNoCodeAndNoSecret) {
  add("suzuki", Role::operator_);
  const Step done = enrolled("suzuki");
  std::string secret_text = secret;
  std::erase(secret_text, ' ');
  const auto count = [&](const std::string& where, std::string text) {
    Poco::Int64 found = -1;
    std::string pattern = "%" + text + "%";
    database->session() << "SELECT COUNT(*) FROM " + where + " LIKE $1", Poco::Data::Keywords::use(pattern), Poco::Data::Keywords::into(found),
        Poco::Data::Keywords::now;
    return found;
  };
  EXPECT_EQ(count("sessions WHERE token", done.token), 0);
  EXPECT_EQ(count("users WHERE recovery", done.recovery_codes[0]), 0);
  EXPECT_EQ(count("users WHERE totp_secret", secret_text), 0);
  EXPECT_EQ(count("sessions WHERE user_name", "suzuki"), 1) << "the search itself works";
}

TEST_P(SignInOnEach, ASealedSecretOfOneUserIsNoUseToAnother) {
  add("suzuki", Role::operator_);
  add("sato", Role::operator_);
  enrolled("suzuki");
  const std::string of_suzuki = secret;
  enrolled("sato");
  pass(60);
  ASSERT_TRUE(database->run(true, [&] {
    database->session() << "UPDATE users SET totp_secret = (SELECT totp_secret FROM users WHERE name = 'suzuki') WHERE name = 'sato'",
        Poco::Data::Keywords::now;
  }));
  EXPECT_FALSE(code(password("sato").value(), test::code_of(of_suzuki, now)));
}

TEST_P(SignInOnEach, ACsrfTokenBelongsToItsSession) {
  add("suzuki", Role::auditor);
  const Step one = password("suzuki").value(), two = password("suzuki").value();
  const std::string csrf = session(one.token).value().csrf;
  EXPECT_TRUE(sessions().csrf_is_good(one.token, csrf));
  EXPECT_FALSE(sessions().csrf_is_good(two.token, csrf));
  EXPECT_FALSE(sessions().csrf_is_good("", csrf));
  EXPECT_FALSE(sessions().csrf_is_good(one.token, ""));
}

}  // namespace
}  // namespace mugai::gateway
