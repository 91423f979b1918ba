// The database through its own interface: what was added is read back, again and again over the same
// statements.
#include "gateway/keep/store.h"

#include <gtest/gtest.h>

#include "tests/gateway/databases.h"

namespace mugai::gateway {
namespace {

class StoreOnEach : public test::OnEachDatabase {};
ON_EACH_DATABASE(StoreOnEach);

MessageRow message(const std::string& id, const std::string& subject) {
  MessageRow row;
  row.id = id;
  row.received_ms = 1'000;
  row.zone = "internet";
  row.recipients = {"zeimu@lgwan.example"};
  row.subject = subject;
  row.report_json = "{\"id\":\"" + id + "\"}";
  return row;
}

TEST_P(StoreOnEach, KeepsEachMessageOfManyTransactions) {
  const auto opened = Store::open(node);
  ASSERT_TRUE(opened);
  Store& store = **opened;
  for (int i = 0; i < 10; ++i) {
    const std::string id = "id-" + std::to_string(i);
    ASSERT_TRUE(store.transaction(i % 2 == 0, [&](Store& to) {
      to.add(message(id, "件名" + std::to_string(i)));
      to.add(ReplyRow{id, "zeimu@lgwan.example", "delivered", "250 OK", 2'000});
    }));
  }
  for (int i = 0; i < 10; ++i) {
    const std::string id = "id-" + std::to_string(i);
    EXPECT_EQ(store.subject_of(id), "件名" + std::to_string(i));
    EXPECT_EQ(store.report_of(id).value(), "{\"id\":\"" + id + "\"}");
  }
}

TEST_P(StoreOnEach, TheFirstRowOfAnIdStays) {
  const auto opened = Store::open(node);
  ASSERT_TRUE(opened);
  for (const char* subject : {"first", "second"})
    ASSERT_TRUE((*opened)->transaction(false, [&](Store& to) { to.add(message("same", subject)); }));
  EXPECT_EQ((*opened)->subject_of("same"), "first");
}

TEST_P(StoreOnEach, ATransactionThatFailsLeavesNothingAndTheNextOneWorks) {
  const auto opened = Store::open(node);
  ASSERT_TRUE(opened);
  Store& store = **opened;
  EXPECT_THROW(static_cast<void>(store.transaction(false,
                                                   [&](Store& to) {
                                                     to.add(message("lost", "x"));
                                                     throw std::runtime_error("in the middle");
                                                   })),
               std::runtime_error);
  EXPECT_EQ(store.subject_of("lost"), "");
  ASSERT_TRUE(store.transaction(false, [&](Store& to) { to.add(message("kept", "y")); }));
  EXPECT_EQ(store.subject_of("kept"), "y");
}

}  // namespace
}  // namespace mugai::gateway
