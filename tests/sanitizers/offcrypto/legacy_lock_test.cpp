// Documents of before 2007: whether a password locks them. The encryption itself is never looked at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/offcrypto/legacy_lock.h"
#include "tests/support/compound_writer.h"
#include "tests/support/encrypted_office.h"
#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using sanitize::offcrypto::legacy_lock;
using sanitize::offcrypto::LegacyLock;

std::string record(uint32_t id, const std::string& body) { return le16(id) + le16(static_cast<uint32_t>(body.size())) + body; }

std::string fib(uint32_t flags) { return le16(0xa5ec) + le16(193) + std::string(6, '\0') + le16(flags) + std::string(500, '\0'); }
std::string current_user(uint32_t token) { return le16(0) + le16(0x0ff6) + le32(20) + le32(20) + le32(token) + std::string(8, '\0'); }

const std::string kBof = record(0x809, std::string(16, '\0')), kEof = record(0x0a, ""), kFilePass = record(0x2f, le16(1) + std::string(52, 'x'));

TEST(LegacyLock, IsTold) {
  const std::pair<std::map<std::string, std::string>, LegacyLock> cases[] = {
      {{{"WordDocument", fib(0x0100)}}, LegacyLock::password},
      {{{"WordDocument", fib(0x8100)}}, LegacyLock::password},   // XOR
      {{{"WordDocument", fib(0x0200)}}, LegacyLock::none},
      {{{"WordDocument", "short"}}, LegacyLock::none},
      {{{"Workbook", kBof + record(0x86, "") + kFilePass + kEof}}, LegacyLock::password},
      {{{"Book", record(0x809, std::string(8, '\0')) + record(0x2f, le32(0)) + kEof}}, LegacyLock::password},
      {{{"Workbook", kBof + kEof + kFilePass}}, LegacyLock::none},
      {{{"Workbook", kBof + record(0x2e, kFilePass) + kEof}}, LegacyLock::none},   // inside of another record
      {{{"Workbook", ""}}, LegacyLock::none},
      {{{"Current User", current_user(0xf3d1c4df)}, {"PowerPoint Document", "x"}}, LegacyLock::password},
      {{{"Current User", current_user(0xe391c05f)}, {"PowerPoint Document", "x"}}, LegacyLock::none},
      {{{"EncryptedSummary", "x"}, {"PowerPoint Document", "x"}}, LegacyLock::password},
      {{{"\tDRMContent", "x"}, {"Workbook", kBof + kEof}}, LegacyLock::rights_management},
  };
  for (const auto& [streams, expected] : cases) EXPECT_EQ(legacy_lock(compound_of(streams)), expected) << streams.begin()->first << " #" << &streams - &cases[0].first;
}

TEST(LegacyLock, IsToldOfWorkbooksThatAreNoCompoundFile) {
  EXPECT_EQ(legacy_lock(record(0x09, le32(0)) + record(0x2f, le32(7)) + kEof), LegacyLock::password);   // Excel 2
  EXPECT_EQ(legacy_lock(record(0x09, le32(0)) + kEof), LegacyLock::none);
  EXPECT_EQ(legacy_lock(""), LegacyLock::none);
}

TEST(LegacyLock, ALockedDocumentWaitsForItsPasswordAndAnotherIsConverted) {
  const RebuiltFile locked = rebuild_file(compound_of({{"WordDocument", fib(0x0100)}}), "a.doc");
  EXPECT_EQ(locked.item().action, sanitize::Action::locked);
  EXPECT_THAT(locked.item().reasons, ::testing::ElementsAre("encrypted"));
  const RebuiltFile open = rebuild_file(compound_of({{"WordDocument", fib(0)}}), "a.doc");
  EXPECT_EQ(open.item().action, sanitize::Action::held);
  EXPECT_THAT(open.item().reasons, ::testing::ElementsAre("converter-missing"));
}

}  // namespace
}  // namespace mugai::test
