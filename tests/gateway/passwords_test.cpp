#include "gateway/accounts/passwords.h"

#include <gtest/gtest.h>

#include <set>

namespace mugai::gateway {
namespace {

TEST(Passwords, OnlyTheRightOneVerifies) {
  const std::string hash = passwords::hash("a long enough one").value();
  EXPECT_EQ(hash.rfind("$argon2id$", 0), 0u);
  EXPECT_TRUE(passwords::verify(hash, "a long enough one"));
  EXPECT_FALSE(passwords::verify(hash, "a long enough onE"));
  EXPECT_FALSE(passwords::verify(hash, ""));
  EXPECT_FALSE(passwords::verify("", "a long enough one"));
  EXPECT_FALSE(passwords::verify("not a hash", ""));
  EXPECT_FALSE(passwords::verify_nothing("a long enough one"));
  EXPECT_FALSE(passwords::needs_rehash(hash));
  EXPECT_TRUE(passwords::needs_rehash("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

TEST(Passwords, FullWidthLettersAreTheSameLetters) {
  const std::string hash = passwords::hash("Kawaguchi-River-7").value();
  EXPECT_TRUE(passwords::verify(hash, "Ｋａｗａｇｕｃｈｉ－Ｒｉｖｅｒ－７"));
}

TEST(Passwords, WeakOnesAreRefused) {
  const std::pair<const char*, const char*> refused[] = {
      {"elevenchars", "too short"},
      {"かきくけこさしすせそた", "eleven letters, whatever their bytes"},
      {"Suzuki-no-himitsu-1", "has the user's name"},
      {"Administrator2026!", "a common word with digits behind it"},
      {"PASSWORD12345678", "the commonest"},
      {"202611212026", "nothing but digits"},
      {"aaaaaaaaaaaaaaaa", "one letter"},
      {"abcabcabcabcabc", "a repetition"},
      {"1qaz2wsx3edc", "keys in a row"},
  };
  for (const auto& [password, why] : refused) {
    const Status status = passwords::acceptable(password, "suzuki");
    ASSERT_FALSE(status) << why;
    EXPECT_EQ(status.error().id, "password.weak") << why;
  }
  std::string endless = "bcdefg";
  endless.resize(2000, 'a');
  EXPECT_FALSE(passwords::acceptable(endless, "suzuki"));
  for (const char* good : {"かきくけこさしすせそたち", "four words of nonsense", "x8-Kp2!vmQ4w"}) EXPECT_TRUE(passwords::acceptable(good, "suzuki")) << good;
}

TEST(Passwords, GeneratedOnesAreGoodAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string one = passwords::generate();
    EXPECT_TRUE(passwords::acceptable(one, "suzuki")) << one;
    EXPECT_TRUE(seen.insert(one).second);
  }
}

}  // namespace
}  // namespace mugai::gateway
