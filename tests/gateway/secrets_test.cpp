#include "gateway/accounts/secrets.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "gateway/accounts/source_limit.h"
#include "tests/support/temporary.h"

namespace mugai::gateway {
namespace {

TEST(Secrets, WhatWasSealedOpensForItsPurposeAndItsThingOnly) {
  const mugai::test::TemporaryDirectory directory;
  const Secrets secrets = Secrets::open(directory.path()).value();
  const std::string sealed = secrets.seal("totp", "suzuki", "ABCD");
  EXPECT_EQ(sealed.find("ABCD"), sealed.npos);
  EXPECT_EQ(secrets.unseal("totp", "suzuki", sealed), "ABCD");
  EXPECT_NE(secrets.seal("totp", "suzuki", "ABCD"), sealed) << "the same nonce twice";
  EXPECT_FALSE(secrets.unseal("totp", "sato", sealed));
  EXPECT_FALSE(secrets.unseal("other", "suzuki", sealed));
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto opened = secrets.unseal("totp", "suzuki", changed);
    EXPECT_FALSE(opened) << i;
  }
  for (const char* nothing : {"", "A", "!!!!", "AAAA"}) EXPECT_FALSE(secrets.unseal("totp", "suzuki", nothing));
}

TEST(Secrets, ASignatureIsGoodForItsPurposeAndTextOnly) {
  const mugai::test::TemporaryDirectory directory;
  const Secrets secrets = Secrets::open(directory.path()).value();
  const std::string signature = secrets.sign("link", "item-1");
  EXPECT_TRUE(secrets.verify("link", "item-1", signature));
  EXPECT_FALSE(secrets.verify("link", "item-2", signature));
  EXPECT_FALSE(secrets.verify("csrf", "item-1", signature));
  EXPECT_FALSE(secrets.verify("link", "item-1", signature.substr(1)));
  EXPECT_FALSE(secrets.verify("link", "item-1", ""));
}

TEST(Secrets, TheKeyIsMadeOnceForTheOwnerOnly) {
  const mugai::test::TemporaryDirectory directory;
  const std::string sealed = Secrets::open(directory.path()).value().seal("a", "b", "c");
  EXPECT_EQ(Secrets::open(directory.path()).value().unseal("a", "b", sealed), "c");
  struct stat found{};
  ASSERT_EQ(::stat((directory.path() + "/secret").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1) << "a temporary file is left";
}

TEST(Secrets, AnOpenOrDamagedKeyIsRefused) {
  const mugai::test::TemporaryDirectory directory;
  ASSERT_TRUE(Secrets::open(directory.path()));
  const std::string path = directory.path() + "/secret";
  ::chmod(path.c_str(), 0640);
  EXPECT_EQ(Secrets::open(directory.path()).error().id, "secret.key");
  ::chmod(path.c_str(), 0600);
  std::ofstream(path, std::ios::trunc) << "short";
  EXPECT_EQ(Secrets::open(directory.path()).error().id, "secret.key");
}

TEST(SourceLimit, AfterTwentyFailuresAnAddressWaitsUntilTheWindowEnds) {
  SourceLimit limit;
  for (int i = 1; i < 20; ++i) EXPECT_FALSE(limit.failed("10.1.0.9", 1000));
  EXPECT_TRUE(limit.allows("10.1.0.9", 1000));
  EXPECT_TRUE(limit.failed("10.1.0.9", 2000));
  EXPECT_FALSE(limit.allows("10.1.0.9", 2000));
  EXPECT_FALSE(limit.failed("10.1.0.9", 2000)) << "said once";
  EXPECT_TRUE(limit.allows("10.1.0.10", 2000));
  EXPECT_FALSE(limit.allows("10.1.0.9", 600'999));
  EXPECT_TRUE(limit.allows("10.1.0.9", 601'000));
}

TEST(SourceLimit, AnIPv6NetworkIsOneSource) {
  SourceLimit limit(1);
  limit.failed("2001:db8:1:2:aaaa::1", 0);
  EXPECT_FALSE(limit.allows("2001:db8:1:2:bbbb::2", 0));
  EXPECT_TRUE(limit.allows("2001:db8:1:3:aaaa::1", 0));
  limit.failed("2001:db9::1", 0);
  EXPECT_FALSE(limit.allows("2001:db9::2", 0));
}

}  // namespace
}  // namespace mugai::gateway
