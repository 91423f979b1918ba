// What a release may not become when the configuration has changed since it was ordered.
#include "gateway/relay/groups.h"

#include <gtest/gtest.h>

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
