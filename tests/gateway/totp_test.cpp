// The codes are those of RFC 6238, appendix B, cut to six digits.
#include "gateway/accounts/totp.h"

#include <gtest/gtest.h>

#include <set>

namespace mugai::gateway {
namespace {

constexpr const char* kSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";   // "12345678901234567890"

TEST(Totp, KnowsTheCodesOfTheRfc) {
  const std::pair<int64_t, const char*> vectors[] = {
      {59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}};
  for (const auto& [seconds, code] : vectors) EXPECT_EQ(totp::verify(kSecret, code, 0, seconds * 1000), seconds / 30) << code;
}

TEST(Totp, AStepEarlyOrLateIsGoodAndNoMore) {
  const int64_t at = 1111111109, step = at / 30;
  EXPECT_EQ(totp::verify(kSecret, "081804", 0, (at + 30) * 1000), step);
  EXPECT_EQ(totp::verify(kSecret, "081804", 0, (at - 30) * 1000), step);
  EXPECT_FALSE(totp::verify(kSecret, "081804", 0, (at + 60) * 1000));
  EXPECT_FALSE(totp::verify(kSecret, "081804", 0, (at - 60) * 1000));
}

TEST(Totp, ACodeIsGoodOnce) {
  const int64_t at = 1111111109;
  const auto step = totp::verify(kSecret, "081804", 0, at * 1000);
  ASSERT_TRUE(step);
  EXPECT_FALSE(totp::verify(kSecret, "081804", *step, at * 1000));
  EXPECT_FALSE(totp::verify(kSecret, "081804", *step, (at + 30) * 1000));
}

TEST(Totp, OtherTextIsNoCode) {
  for (const char* code : {"", "28708", "2870820", "94287082", "abcdef", "-87082"}) EXPECT_FALSE(totp::verify(kSecret, code, 0, 59'000)) << code;
  EXPECT_FALSE(totp::verify("", "287082", 0, 59'000));
  EXPECT_FALSE(totp::verify("not base32!", "287082", 0, 59'000));
}

TEST(Totp, SecretsAreOneHundredAndSixtyBitsAndFresh) {
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) {
    const std::string secret = totp::new_secret();
    EXPECT_EQ(secret.size(), 32u);
    EXPECT_TRUE(seen.insert(secret).second);
  }
  EXPECT_EQ(totp::grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
}

TEST(Totp, TheUriIsWhatAppsRead) {
  EXPECT_EQ(totp::uri("ABCD", "suzuki@city", "無害 gw1"),
            "otpauth://totp/%E7%84%A1%E5%AE%B3%20gw1:suzuki%40city?secret=ABCD&issuer=%E7%84%A1%E5%AE%B3%20gw1"
            "&algorithm=SHA1&digits=6&period=30");
}

TEST(Totp, RecoveryCodesAreTenAndKnownHoweverTyped) {
  const std::vector<std::string> codes = totp::new_recovery_codes();
  EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), 10u);
  std::string typed = codes[0];
  for (char& c : typed) c = c == '-' ? ' ' : static_cast<char>(std::toupper(c));
  EXPECT_EQ(totp::recovery_hash("suzuki", typed), totp::recovery_hash("suzuki", codes[0]));
  EXPECT_NE(totp::recovery_hash("sato", codes[0]), totp::recovery_hash("suzuki", codes[0]));
}

TEST(Totp, WhatAnInputMethodMakesOfDigitsIsTidied) { EXPECT_EQ(totp::tidy("２８７　０８２ \n"), "287082"); }

}  // namespace
}  // namespace mugai::gateway
