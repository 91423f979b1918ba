// Versions of the tables, over both databases.
#include "gateway/database/database.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <thread>

#include "gateway/database/migrations.h"
#include "tests/gateway/databases.h"

namespace mugai::gateway {
namespace {

using namespace Poco::Data::Keywords;

class DatabaseOnEach : public test::OnEachDatabase {
 protected:
  Poco::Int64 version(Database& database) {
    Poco::Int64 out = -1;
    database.session() << "SELECT version FROM schema_version", into(out), now;
    return out;
  }
};
ON_EACH_DATABASE(DatabaseOnEach);

TEST_P(DatabaseOnEach, AFreshOneIsBroughtToTheNewestVersion) {
  const auto database = Database::open(node);
  ASSERT_TRUE(database) << database.error().detail;
  EXPECT_EQ(version(**database), static_cast<Poco::Int64>(migrations().size()));
}

TEST_P(DatabaseOnEach, TablesOfTheFirstVersionAreKeptWithWhatIsInThem) {
  {
    const auto first = of_version(1);
    *first << "INSERT INTO replies (message, recipient, state, reply, at_ms) VALUES ('a','b','c','d',1)", now;
    *first << "INSERT INTO quarantine (id, message, state, sender, recipients, subject, name, detected, reasons, since_ms, "
              "size, sha256) VALUES ('a-1','a','held','s','[]','x','n','exe','[]',1,1,'h')", now;
  }
  const auto again = Database::open(node);
  ASSERT_TRUE(again) << again.error().detail;
  Poco::Int64 rows = 0;
  (*again)->session() << "SELECT COUNT(*) FROM replies", into(rows), now;
  EXPECT_EQ(rows, 1);
  (*again)->session() << "SELECT COUNT(*) FROM quarantine WHERE kept = 1 AND state = 'held'", into(rows), now;
  EXPECT_EQ(rows, 1);
  EXPECT_EQ(version(**again), static_cast<Poco::Int64>(migrations().size()));
}

TEST_P(DatabaseOnEach, OneOfANewerMugaiIsRefused) {
  {
    const auto first = Database::open(node);
    ASSERT_TRUE(first);
    ASSERT_TRUE((*first)->run(true, [&] { (*first)->session() << "UPDATE schema_version SET version = 1000", now; }));
  }
  const auto again = Database::open(node);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().id, "store.newer");
}

TEST_P(DatabaseOnEach, ManyMayOpenAFreshOneAtOnce) {
  std::vector<std::thread> threads;
  std::array<bool, 4> opened{};
  for (bool& one : opened)
    threads.emplace_back([this, &one] { one = static_cast<bool>(Database::open(node)); });
  for (std::thread& thread : threads) thread.join();
  for (const bool one : opened) EXPECT_TRUE(one);
}

TEST_P(DatabaseOnEach, ABodyThatAnswersAnErrorLeavesNothing) {
  const auto database = Database::open(node);
  ASSERT_TRUE(database);
  const Status status = (*database)->run_checked([&]() -> Status {
    (*database)->session() << "INSERT INTO replies (message, recipient, state, reply, at_ms) VALUES ('a','b','c','d',1)", now;
    return Error{"test.refused", "no", ""};
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().id, "test.refused");
  Poco::Int64 rows = -1;
  (*database)->session() << "SELECT COUNT(*) FROM replies", into(rows), now;
  EXPECT_EQ(rows, 0);
}

TEST(DatabaseError, NeverTellsThePassword) {
  config::Node node;
  node.database = config::parse_database("postgresql://u:Geheim99@127.0.0.1:1/x").value();
  const auto database = Database::open(node);
  ASSERT_FALSE(database);
  EXPECT_EQ((database.error().text + database.error().detail).find("Geheim99"), std::string::npos);
}

}  // namespace
}  // namespace mugai::gateway
