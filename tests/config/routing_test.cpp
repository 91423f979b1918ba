#include "config/routing.h"

#include <gtest/gtest.h>

#include "config/loader.h"

namespace mugai::config {
namespace {

const Config& network() {
  static const Config config = load(R"([node]
hostname = "gw.example.lg.jp"
state = "/s"
[[zone]]
name = "internet"
listen = ["0.0.0.0:25"]
domains = ["*"]
next_hop = "smtp://mx.example.jp"
proxy_protocol = ["192.0.2.9"]
[[zone]]
name = "lgwan"
listen = ["0.0.0.0:25", "[::1]:2526"]
clients = ["10.1.0.0/16"]
domains = ["city.example.lg.jp", ".pref.example.lg.jp"]
next_hop = "smtp://10.1.0.10"
[[zone]]
name = "town"
listen = ["0.0.0.0:25"]
clients = ["10.1.7.0/24"]
domains = ["town.pref.example.lg.jp"]
next_hop = "smtp://10.1.7.10"
[profile.strict]
attachments = "drop"
[[flow]]
from = "internet"
to = "lgwan"
profile = "strict"
match = { recipients = ["kaikei@city.example.lg.jp", "@x.pref.example.lg.jp"] }
[[flow]]
from = "internet"
to = "lgwan"
profile = "strict"
match = { senders = ["<>"] }
[[flow]]
from = "internet"
to = "lgwan"
profile = "sanitize"
[[flow]]
from = "lgwan"
to = "internet"
profile = "relay"
)",
                                    "n.toml")
                                   .value();
  return config;
}

std::string client_zone(std::string_view listener, std::string_view client) {
  const Endpoint endpoint{*IpAddress::parse(listener == "::1" ? "::1" : "0.0.0.0"),
                          static_cast<uint16_t>(listener == "::1" ? 2526 : 25)};
  const Zone* zone = zone_of_client(network(), endpoint, *IpAddress::parse(client));
  return zone ? zone->name : "none";
}

TEST(Routing, ClientBelongsToTheNarrowestNetworkOfItsListener) {
  EXPECT_EQ(client_zone("any", "198.51.100.1"), "internet");
  EXPECT_EQ(client_zone("any", "10.1.2.3"), "lgwan");
  EXPECT_EQ(client_zone("any", "::ffff:10.1.2.3"), "lgwan");
  EXPECT_EQ(client_zone("any", "10.1.7.3"), "town");
  EXPECT_EQ(client_zone("::1", "10.1.7.3"), "lgwan");
  EXPECT_EQ(client_zone("::1", "198.51.100.1"), "none");
  EXPECT_EQ(listeners(network()).size(), 2u);
}

TEST(Routing, OnlyNamedPeersAreProxies) {
  const Endpoint listener{*IpAddress::parse("0.0.0.0"), 25};
  EXPECT_TRUE(is_proxy(network(), listener, *IpAddress::parse("192.0.2.9")));
  EXPECT_FALSE(is_proxy(network(), listener, *IpAddress::parse("192.0.2.8")));
}

std::string domain_zone(std::string_view domain) {
  const Zone* zone = zone_of_domain(network(), domain);
  return zone ? zone->name : "none";
}

TEST(Routing, DomainBelongsToTheMostSpecificRule) {
  EXPECT_EQ(domain_zone("city.example.lg.jp"), "lgwan");
  EXPECT_EQ(domain_zone("CITY.example.LG.jp."), "lgwan");
  EXPECT_EQ(domain_zone("a.pref.example.lg.jp"), "lgwan");
  EXPECT_EQ(domain_zone("town.pref.example.lg.jp"), "town");
  EXPECT_EQ(domain_zone("b.town.pref.example.lg.jp"), "lgwan");
  EXPECT_EQ(domain_zone("pref.example.lg.jp"), "internet");
  EXPECT_EQ(domain_zone("notcity.example.lg.jp"), "internet");
  EXPECT_EQ(domain_zone(""), "none");
}

std::string profile(std::string_view from, std::string_view sender, std::string_view recipient) {
  const Flow* flow = find_flow(network(), *network().zone(from), sender, recipient);
  return flow ? flow->profile : "refused";
}

TEST(Routing, FirstFlowThatMatchesCounts) {
  EXPECT_EQ(profile("internet", "a@b.jp", "Kaikei@City.example.lg.jp"), "strict");
  EXPECT_EQ(profile("internet", "a@b.jp", "u@x.pref.example.lg.jp."), "strict");
  EXPECT_EQ(profile("internet", "a@b.jp", "u@city.example.lg.jp"), "sanitize");
  EXPECT_EQ(profile("internet", "", "u@city.example.lg.jp"), "strict");
  EXPECT_EQ(profile("lgwan", "u@city.example.lg.jp", "a@b.jp"), "relay");
}

TEST(Routing, WhatNoFlowAllowsIsRefused) {
  EXPECT_EQ(profile("internet", "a@b.jp", "c@elsewhere.jp"), "refused");
  EXPECT_EQ(profile("internet", "a@b.jp", "u@town.pref.example.lg.jp"), "refused");
  EXPECT_EQ(profile("town", "u@town.pref.example.lg.jp", "a@b.jp"), "refused");
  EXPECT_EQ(profile("internet", "a@b.jp", "no-domain"), "refused");
}

TEST(Cidr, KnowsWhatItContains) {
  struct {
    const char *network, *address;
    bool inside;
  } const cases[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"0.0.0.0/0", "203.0.113.1", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "203.0.113.1", false},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"192.0.2.1", "::ffff:192.0.2.1", true},
      {"192.0.2.1", "192.0.2.2", false},
  };
  for (const auto& test : cases)
    EXPECT_EQ(Cidr::parse(test.network)->contains(*IpAddress::parse(test.address)), test.inside)
        << test.network << " " << test.address;
}

TEST(Cidr, RefusesWhatIsNotExactlyANetwork) {
  for (const char* bad : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "10.1.0.0/8",
                          "10.0.0/8", "host", "::1/64", "2001:db8::/129", "10.0.0.0/ 8"})
    EXPECT_FALSE(Cidr::parse(bad)) << bad;
  EXPECT_EQ(Cidr::parse("10.0.0.0/8")->to_string(), "10.0.0.0/8");
}

}  // namespace
}  // namespace mugai::config
