#include "gateway/keep/vault.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temporary.h"

namespace mugai::gateway {
namespace {

std::string load(const Vault& vault, const std::string& id) {
  StringSink sink;
  const Status loaded = vault.load(id, sink);
  return loaded ? sink.text : "error: " + loaded.error().id;
}

std::unique_ptr<Vault> open_vault(const std::string& path) {
  auto vault = Vault::open(path);
  EXPECT_TRUE(vault);
  return std::move(vault).value();
}

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Vault, GivesBackWhatItWasGivenAcrossARestart) {
  const test::TemporaryDirectory directory;
  std::string large(300'000, 'z');
  for (const std::string& content : {std::string(), std::string("x"), std::string(65'536, 'y'), large}) {
    ASSERT_TRUE(open_vault(directory.path())->store("261120-AAAAAA-BBBBB", content));
    EXPECT_EQ(load(*open_vault(directory.path()), "261120-AAAAAA-BBBBB"), content);
  }
}

TEST(Vault, ANewKeyIsTakenUpByWhoeverHasItOpen) {
  const test::TemporaryDirectory directory;
  const auto gateway = open_vault(directory.path());
  ASSERT_TRUE(gateway->store("ITEM-1", "old"));
  const std::string before = slurp(directory.path() + "/ITEM-1");
  size_t last = 0;
  ASSERT_TRUE(open_vault(directory.path())->rotate([&](size_t done, size_t) { last = done; }));
  EXPECT_EQ(last, 1u);
  EXPECT_NE(slurp(directory.path() + "/ITEM-1").substr(0, 12), before.substr(0, 12));
  EXPECT_EQ(load(*gateway, "ITEM-1"), "old");
  ASSERT_TRUE(gateway->store("ITEM-2", "new"));
  EXPECT_EQ(slurp(directory.path() + "/ITEM-2").substr(8, 4), std::string("\0\0\0\1", 4));
}

TEST(Vault, AnOldKeyGoesWhenNoFileUsesIt) {
  const test::TemporaryDirectory directory;
  const auto vault = open_vault(directory.path());
  ASSERT_TRUE(vault->store("ITEM-1", "kept"));
  ASSERT_TRUE(vault->rotate([](size_t, size_t) {}));
  constexpr int64_t kFarMs = 4'000'000'000'000;
  EXPECT_EQ(vault->retire_keys(86'400, 0), 0u) << "somebody may still be writing with it";
  EXPECT_EQ(vault->retire_keys(86'400, kFarMs), 1u);
  EXPECT_EQ(load(*open_vault(directory.path()), "ITEM-1"), "kept");
  EXPECT_EQ(vault->retire_keys(86'400, kFarMs), 0u) << "never the last";
}

TEST(Vault, WithoutItsKeyNothingComesOut) {
  const test::TemporaryDirectory directory;
  const auto vault = open_vault(directory.path());
  ASSERT_TRUE(vault->store("ITEM-1", "secret"));
  const std::string old_file = slurp(directory.path() + "/ITEM-1");
  ASSERT_TRUE(vault->rotate([](size_t, size_t) {}));
  ASSERT_EQ(vault->retire_keys(0, 4'000'000'000'000), 1u);
  std::ofstream(directory.path() + "/ITEM-1", std::ios::binary | std::ios::trunc) << old_file;
  EXPECT_EQ(load(*vault, "ITEM-1"), "error: vault.key");
}

TEST(Vault, NothingReadableLiesOnTheDisk) {
  const test::TemporaryDirectory directory;
  const auto vault = open_vault(directory.path());
  ASSERT_TRUE(vault->store("ITEM-1", "a very recognisable sentence"));
  EXPECT_EQ(slurp(directory.path() + "/ITEM-1").find("recognisable"), std::string::npos);
  struct stat status {};
  ASSERT_EQ(::stat((directory.path() + "/key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0077, 0u);
}

TEST(Vault, AnyChangedCutOrExchangedFileIsNoticed) {
  const test::TemporaryDirectory directory;
  const auto vault = open_vault(directory.path());
  ASSERT_TRUE(vault->store("ITEM-1", std::string(70'000, 'a')));
  ASSERT_TRUE(vault->store("ITEM-2", std::string(70'000, 'b')));
  const std::string whole = slurp(directory.path() + "/ITEM-1");
  const auto write = [&](const std::string& bytes) {
    std::ofstream(directory.path() + "/ITEM-1", std::ios::binary | std::ios::trunc) << bytes;
  };
  for (const size_t at : {size_t{9}, size_t{100}, whole.size() - 1}) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    write(changed);
    EXPECT_EQ(load(*vault, "ITEM-1").substr(0, 5), "error") << at;
  }
  write(whole.substr(0, 16 + 65'536 + 16));   // exactly the first chunk
  EXPECT_EQ(load(*vault, "ITEM-1"), "error: vault.damaged");
  write(slurp(directory.path() + "/ITEM-2"));
  EXPECT_EQ(load(*vault, "ITEM-1"), "error: vault.damaged");
}

TEST(Vault, IdsCannotLeaveTheDirectory) {
  const test::TemporaryDirectory directory;
  const auto vault = open_vault(directory.path());
  EXPECT_FALSE(vault->store("../escape", "x"));
  EXPECT_EQ(load(*vault, "../key"), "error: vault.id");
}

TEST(Vault, OldFilesExpireAndTheKeyStays) {
  const test::TemporaryDirectory directory;
  const auto vault = open_vault(directory.path());
  ASSERT_TRUE(vault->store("ITEM-1", "x"));
  const int64_t in_ten_days = (static_cast<int64_t>(::time(nullptr)) + 10 * 86'400) * 1000;
  EXPECT_EQ(vault->expire(30, in_ten_days), 0u);
  EXPECT_EQ(vault->expire(5, in_ten_days), 1u);
  ASSERT_TRUE(vault->store("ITEM-2", "y"));
  EXPECT_EQ(load(*open_vault(directory.path()), "ITEM-2"), "y");
}

}  // namespace
}  // namespace mugai::gateway
