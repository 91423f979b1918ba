// The chain: what an intruder in the database does to it, and what that looks like afterwards.
#include "gateway/audit/audit_log.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <thread>

#include "tests/gateway/databases.h"

namespace mugai::gateway {
namespace {

using namespace Poco::Data::Keywords;

class AuditOnEach : public test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    auto opened = Database::open(node);
    ASSERT_TRUE(opened);
    database = std::move(*opened);
    for (int i = 1; i <= 5; ++i)
      ASSERT_TRUE(AuditLog(*database).record({"suzuki", "cli", "queue.delete", "id-" + std::to_string(i), "{}"}, 1'000 * i));
  }
  AuditCheck check(std::optional<AuditHead> kept = {}) { return AuditLog(*database).verify(kept).value(); }
  void run(const std::string& sql) {
    ASSERT_TRUE(database->run(true, [&] { database->session() << sql, now; }));
  }
  AuditHead head() { return AuditLog(*database).head().value(); }

  std::unique_ptr<Database> database;
};
ON_EACH_DATABASE(AuditOnEach);

TEST_P(AuditOnEach, AnUntouchedLogVerifies) {
  EXPECT_EQ(check().first_bad, 0);
  EXPECT_EQ(check().records, 5);
  EXPECT_EQ(check(head()).first_bad, 0);
}

TEST_P(AuditOnEach, AChangedFieldShows) {
  for (const char* change : {"actor = 'sato'", "object = 'id-9'", "at_ms = 1", "detail = '{\"a\":1}'", "action = 'queue.retry'",
                             "source = 'api'"}) {
    const AuditRecord before = AuditLog(*database).newest(4, 1).value().front();
    run(std::string("UPDATE audit SET ") + change + " WHERE seq = 3");
    EXPECT_EQ(check().first_bad, 3) << change;
    EXPECT_EQ(check().why, "changed");
    run("UPDATE audit SET actor = 'suzuki', object = 'id-3', at_ms = 3000, detail = '{}', action = 'queue.delete', source = 'cli' "
        "WHERE seq = 3");
    EXPECT_EQ(check().first_bad, 0);
  }
}

TEST_P(AuditOnEach, WhatIsForgottenAsPlannedLeavesAChainThatHolds) {
  const AuditHead before = head();
  EXPECT_EQ(AuditLog(*database).forget(3'500, 9'000).value(), 3);
  EXPECT_EQ(check().first_bad, 0);
  EXPECT_EQ(check().records, 3);   // two that stay, and one that says so
  EXPECT_EQ(check(before).first_bad, 0);
  EXPECT_EQ(AuditLog(*database).forget(4'500, 10'000).value(), 1);
  EXPECT_EQ(check().first_bad, 0);
  EXPECT_EQ(AuditLog(*database).forget(1'000, 11'000).value(), 0);
}

TEST_P(AuditOnEach, ABeginningThatWasCutOffOtherwiseShows) {
  run("INSERT INTO audit_head (id, seq, hash) SELECT 2, seq, hash FROM audit WHERE seq = 2");
  run("DELETE FROM audit WHERE seq <= 2");
  EXPECT_EQ(check().why, "cut-off");
}

TEST_P(AuditOnEach, ATakenOutRecordShows) {
  run("DELETE FROM audit WHERE seq = 2");
  EXPECT_EQ(check().first_bad, 2);
  EXPECT_EQ(check().why, "gap");
}

TEST_P(AuditOnEach, ACutTailShowsByTheHeadAndAgainstAHeadKeptElsewhere) {
  const AuditHead kept = head();
  run("DELETE FROM audit WHERE seq > 3");
  EXPECT_EQ(check().first_bad, 4);
  EXPECT_EQ(check().why, "cut-off");
  const std::string third = AuditLog(*database).newest(4, 1).value().front().hash;
  run("UPDATE audit_head SET seq = 3, hash = '" + third + "'");
  EXPECT_EQ(check().first_bad, 0) << "the database alone cannot know";
  EXPECT_EQ(check(kept).first_bad, 4);
}

TEST_P(AuditOnEach, ARewrittenChainShowsAgainstAHeadKeptElsewhere) {
  const AuditHead kept = head();
  std::vector<AuditRecord> all;
  ASSERT_TRUE(AuditLog(*database).each([&](const AuditRecord& row) {
    all.push_back(row);
    return true;
  }));
  all[0].actor = "sato";
  std::string previous;
  for (AuditRecord& row : all) {
    row.hash = previous = audit_hash(previous, row);
    run("UPDATE audit SET actor = '" + row.actor + "', hash = '" + row.hash + "' WHERE seq = " + std::to_string(row.seq));
  }
  run("UPDATE audit_head SET hash = '" + previous + "'");
  EXPECT_EQ(check().first_bad, 0);
  EXPECT_EQ(check(kept).why, "head");
}

TEST_P(AuditOnEach, TwoAtOnceMakeOneChain) {
  const auto write = [this] {
    auto own = Database::open(node);
    ASSERT_TRUE(own);
    for (int i = 0; i < 25; ++i) ASSERT_TRUE(AuditLog(**own).record({"a", "cli", "x.y", "z", ""}, i));
  };
  std::thread other(write);
  write();
  other.join();
  EXPECT_EQ(check().records, 55);
  EXPECT_EQ(check().first_bad, 0);
}

TEST_P(AuditOnEach, ARecordGoesWithItsAct) {
  const Status refused = database->run_checked([&]() -> Status {
    AuditLog(*database).add({"a", "cli", "x.y", "z", ""}, 1);
    return Error{"test.refused", "no", ""};
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(check().records, 5);
  EXPECT_EQ(head().seq, 5);
}

TEST_P(AuditOnEach, PagesFromTheNewestBack) {
  const auto first = AuditLog(*database).newest(0, 2).value();
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].seq, 5);
  const auto next = AuditLog(*database).newest(first[1].seq, 2).value();
  EXPECT_EQ(next[0].seq, 3);
}

TEST(AuditHash, TextCannotShiftBetweenFields) {
  AuditRecord a, b;
  a.actor = "ab";
  a.source = "c";
  b.actor = "a";
  b.source = "bc";
  EXPECT_NE(audit_hash("", a), audit_hash("", b));
}

}  // namespace
}  // namespace mugai::gateway
