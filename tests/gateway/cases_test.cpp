// Who may decide what about a held thing, and what two at once come to.
#include "gateway/quarantine/cases.h"

#include <gmock/gmock.h>

#include <Poco/Data/Session.h>

#include <thread>

#include "gateway/keep/store.h"
#include "gateway/quarantine/release_orders.h"
#include "gateway/quarantine/retention.h"
#include "tests/gateway/databases.h"

namespace mugai::gateway {
namespace {

using namespace Poco::Data::Keywords;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kNow = 1'795'000'000'000, kLater = kNow + 60'000;

class CasesOnEach : public test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    store = std::move(Store::open(node).value());
    database = std::move(Database::open(node).value());
    cases = std::make_unique<Cases>(*database);
    config::Zone internet, lgwan;
    internet.name = "internet";
    internet.domains = {"*"};
    lgwan.name = "lgwan";
    lgwan.domains = {"city.example", "kaikei.city.example"};
    config.zones = {internet, lgwan};
    config::Flow flow;
    flow.from = "internet";
    flow.to = "lgwan";
    flow.profile = "sanitize";
    config.flows = {flow};
    config.profiles["sanitize"] = {};
    config.profiles["relay"].relay = true;
    hold("M-1");
  }

  void hold(const std::string& id, std::vector<std::string> recipients = {"taro@city.example"}) {
    QuarantineRow row;
    row.id = id;
    row.message = id.substr(0, id.rfind('-'));
    row.state = "held";
    row.sender = "a@shop.example";
    row.recipients = std::move(recipients);
    row.zone = "internet";
    row.profile = "sanitize";
    row.node = "gw1";
    row.since_ms = kNow;
    ASSERT_TRUE(store->transaction(true, [&](Store& to) { to.add(row); }));
  }

  static Person person(const std::string& name, Role role, std::vector<std::string> domains = {}) {
    return {name, "test", role, std::move(domains), {}};
  }
  ReleaseOrder original() const { return {ReleaseWay::original, "", true, "checked by telephone", {}}; }
  std::string state(const std::string& id = "M-1") { return std::string(to_string(cases->find(admin, id).value().state)); }
  template <class T>
  static std::string error(const Result<T>& result) { return result ? "" : result.error().id; }
  std::vector<std::string> actions() {
    std::vector<std::string> out;
    const std::vector<AuditRecord> records = AuditLog(*database).newest(0, 100).value();
    for (const AuditRecord& one : records) out.push_back(one.action);
    return out;
  }
  ReleaseOrders orders(const std::string& gateway, bool shared = true) { return {*database, gateway, shared}; }
  void settle(ReleaseOrders orders, const std::string& id, const std::vector<ReleaseReply>& replies) {
    ASSERT_TRUE(database->run(true, [&] { orders.settle(id, replies, kLater); }));
  }

  std::unique_ptr<Store> store;
  std::unique_ptr<Database> database;
  std::unique_ptr<Cases> cases;
  config::Config config;
  const Person admin = person("root", Role::administrator);
};
ON_EACH_DATABASE(CasesOnEach);

TEST_P(CasesOnEach, WhatIsAskedForIsReleasedAndWhoAskedIsKnown) {
  const Person taro{"taro@city.example", "link 10.1.0.9", Role::requester, {"taro@city.example"}, {}};
  EXPECT_EQ(error(cases->request(taro, "M-1", "", kNow)), "quarantine.reason");
  EXPECT_EQ(cases->request(taro, "M-1", "要ります", kNow).value(), ItemState::requested);
  EXPECT_EQ(error(cases->request(taro, "M-1", "要ります", kNow)), "quarantine.state");
  EXPECT_EQ(cases->release(admin, "M-1", {}, config, kLater).value(), ItemState::releasing);
  const ItemRecord item = cases->find(admin, "M-1").value();
  EXPECT_EQ(item.requested_by, "taro@city.example");
  EXPECT_EQ(item.request_reason, "要ります");
  EXPECT_EQ(item.release_id(), "M-1-R1");
  EXPECT_THAT(actions(), ElementsAre("quarantine.release", "quarantine.request"));
}

TEST_P(CasesOnEach, RolesDecideWhatTheyMay) {
  EXPECT_EQ(error(cases->release(person("o", Role::operator_), "M-1", original(), config, kNow)), "quarantine.forbidden");
  EXPECT_EQ(error(cases->deny(person("a", Role::auditor), "M-1", "x", kNow)), "quarantine.forbidden");
  EXPECT_EQ(error(cases->remove(person("p", Role::approver), "M-1", "x", kNow)), "quarantine.forbidden");
  EXPECT_EQ(error(cases->release(person("r", Role::requester), "M-1", {}, config, kNow)), "quarantine.forbidden");
  EXPECT_TRUE(actions().empty());
  EXPECT_TRUE(cases->release(person("p", Role::approver), "M-1", original(), config, kNow));
}

TEST_P(CasesOnEach, ADepartmentSeesItsOwnAndDecidesOnlyWhatIsAllItsOwn) {
  hold("M-2", {"hanako@kaikei.city.example", "taro@city.example"});
  const Person kaikei = person("kaikei", Role::approver, {"kaikei.city.example"});
  EXPECT_EQ(error(cases->find(kaikei, "M-1")), "quarantine.unknown");
  EXPECT_EQ(error(cases->release(kaikei, "M-1", {}, config, kNow)), "quarantine.unknown");
  EXPECT_TRUE(cases->find(kaikei, "M-2"));
  EXPECT_EQ(error(cases->release(kaikei, "M-2", {}, config, kNow)), "quarantine.forbidden");
  EXPECT_EQ(error(cases->find(kaikei, "no-such")), "quarantine.unknown");
}

TEST_P(CasesOnEach, AnOriginalWantsALookAndAReason) {
  ReleaseOrder order = original();
  order.content_checked = false;
  EXPECT_EQ(error(cases->release(admin, "M-1", order, config, kNow)), "quarantine.check");
  order = original();
  order.reason.clear();
  EXPECT_EQ(error(cases->release(admin, "M-1", order, config, kNow)), "quarantine.reason");
  EXPECT_EQ(state(), "held");
}

TEST_P(CasesOnEach, TwoPersonsAreTwoAndNeitherIsWhoAsked) {
  config.flows[0].two_person = true;
  const Person a = person("a", Role::approver), b = person("b", Role::approver), c = person("c", Role::approver);
  ASSERT_TRUE(cases->request(c, "M-1", "x", kNow));
  EXPECT_EQ(cases->release(a, "M-1", original(), config, kNow).value(), ItemState::approved);
  EXPECT_EQ(error(cases->release(a, "M-1", original(), config, kNow)), "quarantine.second-person");
  EXPECT_EQ(error(cases->release(c, "M-1", original(), config, kNow)), "quarantine.second-person");
  EXPECT_EQ(state(), "approved");
  EXPECT_EQ(cases->release(b, "M-1", original(), config, kNow).value(), ItemState::releasing);
  EXPECT_THAT(AuditLog(*database).newest(0, 1).value().front().detail, HasSubstr("\"approved_by\":\"a\""));
}

TEST_P(CasesOnEach, TheSamePersonInCapitalsIsNoSecondPerson) {
  config.flows[0].two_person = true;
  EXPECT_EQ(cases->release(person("suzuki", Role::approver), "M-1", original(), config, kNow).value(), ItemState::approved);
  EXPECT_EQ(error(cases->release(person("Suzuki", Role::administrator), "M-1", original(), config, kNow)), "quarantine.second-person");
}

TEST_P(CasesOnEach, AReasonIsOneCleanLineWhoeverGaveIt) {
  const Person taro{"taro@city.example", "link 10.1.0.9", Role::requester, {"taro@city.example"}, {}};
  EXPECT_EQ(error(cases->request(taro, "M-1", "\r\n\u200B", kNow)), "quarantine.reason");
  ASSERT_TRUE(cases->request(taro, "M-1", std::string("要\x1b]0;x\x07\r\nり\0ます\u202E", 20), kNow));
  const std::string request = cases->find(admin, "M-1").value().request_reason;
  EXPECT_THAT(request, HasSubstr("り"));
  EXPECT_EQ(request.find_first_of(std::string("\x1b\x07\r\n\0", 5)), std::string::npos);
  ASSERT_TRUE(cases->deny(admin, "M-1", "no\x1b[2J", kNow));
  EXPECT_EQ(cases->find(admin, "M-1").value().decision_reason.find('\x1b'), std::string::npos);
}

TEST_P(CasesOnEach, NobodysMailIsNotADepartmentsToDecide) {
  const Person department = person("k", Role::operator_, {"kaikei.city.example"});
  EXPECT_FALSE(department.decides_for({}));
  EXPECT_TRUE(admin.decides_for({}));
}

TEST_P(CasesOnEach, WithoutAFlowOfTodayASecondPersonIsWanted) {
  config.flows.clear();
  EXPECT_EQ(cases->release(admin, "M-1", original(), config, kNow).value(), ItemState::approved);
}

TEST_P(CasesOnEach, OnlyAProfileThatMakesSafeMayBeNamed) {
  for (const char* profile : {"relay", "no-such"}) {
    ReleaseOrder order;
    order.profile = profile;
    EXPECT_EQ(error(cases->release(admin, "M-1", order, config, kNow)), "quarantine.profile");
  }
}

TEST_P(CasesOnEach, OfManyAtOnceOneWins) {
  std::atomic<int> won = 0, lost = 0;
  std::vector<std::thread> clicks;
  for (int i = 0; i < 6; ++i)
    clicks.emplace_back([&, i] {
      const std::unique_ptr<Database> own = std::move(Database::open(node).value());
      const Result<ItemState> result = Cases(*own).release(person("p" + std::to_string(i), Role::approver), "M-1", original(), config, kNow);
      ++(result ? won : lost);
    });
  for (std::thread& one : clicks) one.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 5);
  EXPECT_EQ(cases->find(admin, "M-1").value().release_number, 1);
  EXPECT_EQ(actions().size(), 1u);
}

TEST_P(CasesOnEach, EveryActFitsSomeStatesOnly) {
  ASSERT_TRUE(cases->deny(admin, "M-1", "spam", kNow));
  EXPECT_EQ(error(cases->deny(admin, "M-1", "spam", kNow)), "quarantine.state");
  EXPECT_EQ(error(cases->request(admin, "M-1", "x", kNow)), "quarantine.state");
  ASSERT_TRUE(cases->release(admin, "M-1", original(), config, kNow)) << "who denied may think better of it";
  EXPECT_EQ(error(cases->remove(admin, "M-1", "x", kNow)), "quarantine.state") << "it is on its way";
  settle(orders("gw1"), "M-1-R1", {{"taro@city.example", ReleaseReply::State::delivered, "250 ok"}});
  EXPECT_EQ(state(), "released");
  EXPECT_EQ(error(cases->release(admin, "M-1", original(), config, kNow)), "quarantine.state");
  ASSERT_TRUE(cases->remove(admin, "M-1", "x", kNow));
  EXPECT_EQ(error(cases->remove(admin, "M-1", "x", kNow)), "quarantine.state");
}

TEST_P(CasesOnEach, AnOrderIsClaimedByOneGatewayAndTakenOverWhenItIsDead) {
  ASSERT_TRUE(cases->release(admin, "M-1", original(), config, kNow));
  ASSERT_EQ(orders("gw1").claim(kNow, kNow + 1'000, 10).value().size(), 1u);
  EXPECT_TRUE(orders("gw2").claim(kNow, kNow + 1'000, 10).value().empty());
  EXPECT_TRUE(orders("gw1").is_ours("M-1-R1").value());
  ASSERT_TRUE(orders("gw1").renew(kNow + 5'000));
  EXPECT_TRUE(orders("gw2").claim(kNow + 4'000, kNow + 9'000, 10).value().empty());
  EXPECT_TRUE(orders("gw2", false).claim(kNow + 6'000, kNow + 9'000, 10).value().empty()) << "its bytes are elsewhere";
  EXPECT_EQ(orders("gw2").claim(kNow + 6'000, kNow + 9'000, 10).value().size(), 1u);
  EXPECT_FALSE(orders("gw1").is_ours("M-1-R1").value());
}

TEST_P(CasesOnEach, ARefusalHoldsItAgainAndTheRestGetTheNextRelease) {
  hold("M-2", {"taro@city.example", "jiro@city.example"});
  ASSERT_TRUE(cases->release(admin, "M-2", original(), config, kNow));
  ReleaseOrders gw1 = orders("gw1");
  settle(gw1, "M-2-R1", {{"taro@city.example", ReleaseReply::State::delivered, "250 ok"},
                         {"jiro@city.example", ReleaseReply::State::deferred, "451 later"}});
  EXPECT_EQ(state("M-2"), "releasing");
  settle(gw1, "M-2-R1", {{"jiro@city.example", ReleaseReply::State::failed, "550 5.2.2 full"}});
  const ItemRecord item = cases->find(admin, "M-2").value();
  EXPECT_EQ(item.state, ItemState::held);
  EXPECT_THAT(item.last_answer, HasSubstr("full"));
  EXPECT_THAT(gw1.remaining(item).value(), ElementsAre("jiro@city.example"));
  ASSERT_TRUE(cases->release(admin, "M-2", original(), config, kNow));
  settle(gw1, "M-2-R1", {{"jiro@city.example", ReleaseReply::State::failed, "550 again"}});
  EXPECT_EQ(state("M-2"), "releasing") << "an answer to an order that is over changes nothing";
  settle(gw1, "M-2-R2", {{"jiro@city.example", ReleaseReply::State::delivered, "250 ok"}});
  EXPECT_EQ(state("M-2"), "released");
  EXPECT_EQ(cases->replies(admin, "M-2").value().size(), 3u);
}

TEST_P(CasesOnEach, WhatNobodyDecidesExpiresAndBytesAreGone) {
  const std::string folder = directory.path() + "/vault";
  const std::unique_ptr<Vault> vault = std::move(Vault::open(folder).value());
  for (const char* id : {"M-1", "M-2", "M-3", "M"}) ASSERT_TRUE(vault->store(id, "bytes"));
  hold("M-2");
  hold("M-3");
  ASSERT_TRUE(cases->remove(admin, "M-2", "x", kNow));
  config.vault.days = 30;
  config.retention = {400, 3'660};
  StringSink sink;
  sweep_vault(*database, *vault);
  EXPECT_FALSE(vault->load("M-2", sink));
  EXPECT_TRUE(vault->load("M-1", sink));
  EXPECT_TRUE(vault->load("M", sink)) << "others still need the original";
  constexpr int64_t kDay = 86'400'000;
  apply_retention(*database, *vault, config, kNow + 31 * kDay);
  EXPECT_EQ(state("M-1"), "expired");
  EXPECT_FALSE(vault->load("M-1", sink));
  EXPECT_FALSE(vault->load("M", sink));
  EXPECT_EQ(error(cases->release(admin, "M-1", original(), config, kNow)), "quarantine.state");
  apply_retention(*database, *vault, config, kNow + 401 * kDay);
  EXPECT_EQ(error(cases->find(admin, "M-1")), "quarantine.unknown");
  EXPECT_EQ(AuditLog(*database).verify({}).value().first_bad, 0);
}

}  // namespace
}  // namespace mugai::gateway
