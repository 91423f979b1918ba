// What a release may not become when the configuration has changed since it was ordered.
#include "gateway/relay/groups.h"

#include <gtest/gtest.h>

#include <set>

namespace mugai::gateway {
namespace {

class ReleaseGroups : public ::testing::Test {
 protected:
  void SetUp() override {
    config::Zone internet, lgwan;
    internet.name = "internet";
    internet.domains = {"*"};
    lgwan.name = "lgwan";
    lgwan.domains = {"city.example"};
    config.zones = {internet, lgwan};
    config::Flow flow;
    flow.from = "internet";
    flow.to = "lgwan";
    flow.profile = "sanitize";
    config.flows = {flow};
    config.profiles["sanitize"] = {};
    config.profiles["strict"] = {};
    config.profiles["relay"].relay = true;
    message.header.id = {"M-1-R1"};
    message.header.zone = "internet";
    message.header.release = SpoolHeader::Release::again;
    smtp::Recipient to;
    to.forward_path.text = "taro@city.example";
    message.header.envelope.recipients = {to};
  }

  bool is_refused() const {
    const Grouping grouping = group_recipients(config, message);
    return grouping.groups.empty() && grouping.unroutable == std::vector<size_t>{0};
  }

  config::Config config;
  SpooledMessage message;
};

TEST_F(ReleaseGroups, NoTwoGroupsOfAMailHaveOneId) {
  message.header.release = SpoolHeader::Release::no;
  message.header.envelope.recipients.clear();
  config.flows.clear();
  for (int i = 0; i < 60; ++i) {
    const std::string name = "p" + std::to_string(i);
    config.profiles[name] = {};
    config::Flow flow;
    flow.from = "internet";
    flow.to = "lgwan";
    flow.profile = name;
    flow.recipients = {name + "@city.example"};
    config.flows.push_back(flow);
    smtp::Recipient to;
    to.forward_path.text = name + "@city.example";
    message.header.envelope.recipients.push_back(to);
  }
  std::set<std::string> ids;
  const Grouping grouping = group_recipients(config, message);
  for (const Group& one : grouping.groups) ids.insert(one.id);
  EXPECT_EQ(ids.size(), 60u);
  EXPECT_EQ(grouping.groups.at(25).id, "M-1-R1-Z");
  EXPECT_EQ(grouping.groups.at(26).id, "M-1-R1-AA");
  EXPECT_EQ(grouping.groups.at(52).id, "M-1-R1-BA");
}

TEST_F(ReleaseGroups, ByItsFlowsProfileOrTheOneThatWasOrdered) {
  EXPECT_EQ(group_recipients(config, message).groups.at(0).profile, &config.profiles.at("sanitize"));
  message.header.release_profile = "strict";
  EXPECT_EQ(group_recipients(config, message).groups.at(0).profile, &config.profiles.at("strict"));
}

TEST_F(ReleaseGroups, NeverByAnotherProfileThanTheOneThatWasOrdered) {
  message.header.release_profile = "strict";
  config.profiles.erase("strict");
  EXPECT_TRUE(is_refused());
}

TEST_F(ReleaseGroups, NeverUnchangedBecauseTheFlowHasBecomeARelay) {
  config.flows[0].profile = "relay";
  EXPECT_TRUE(is_refused());
  message.header.release = SpoolHeader::Release::no;
  EXPECT_FALSE(is_refused());
}

}  // namespace
}  // namespace mugai::gateway
