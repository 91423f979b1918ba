// The small parsers: networks, endpoints, next hops, PROXY headers, replies, xtext.
#include <gtest/gtest.h>

#include "smtp/network.h"
#include "smtp/next_hop.h"
#include "smtp/proxy_protocol.h"
#include "smtp/reply.h"
#include "smtp/reply_parser.h"
#include "smtp/syntax.h"

namespace mugai::smtp::test {
namespace {

struct NetworkRow {
  const char *network, *address;
  bool inside;
};

TEST(Network, KnowsItsAddresses) {
  const NetworkRow table[] = {
      {"10.1.0.0/16", "10.1.255.255", true},   {"10.1.0.0/16", "10.2.0.0", false},
      {"10.1.0.0/16", "::ffff:10.1.2.3", true}, {"10.1.2.3", "10.1.2.3", true},
      {"10.1.2.3", "10.1.2.4", false},          {"192.0.2.128/25", "192.0.2.127", false},
      {"0.0.0.0/0", "203.0.113.1", true},       {"0.0.0.0/0", "2001:db8::1", false},
      {"2001:db8::/32", "2001:db8:ffff::1", true}, {"2001:db8::/33", "2001:db8:8000::", false},
      {"::/0", "10.0.0.1", true},               {"10.0.0.0/8", "not an address", false},
  };
  for (const NetworkRow& row : table) {
    const auto network = Network::parse(row.network);
    ASSERT_TRUE(network) << row.network;
    EXPECT_EQ(network->contains(row.address), row.inside) << row.network << " " << row.address;
  }
  for (const char* bad : {"", "10.1.0.0/33", "10.1.0/16", "::/129", "10.1.0.0/", "10.1.0.0/x", "example.jp"})
    EXPECT_FALSE(Network::parse(bad)) << bad;
}

TEST(Network, SpellsAnAddressInOneWay) {
  EXPECT_EQ(canonical_address("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(canonical_address("2001:DB8:0:0::1"), "2001:db8::1");
  EXPECT_EQ(canonical_address(std::string_view("192.0.2.1\0x", 11)), std::nullopt);
}

TEST(Endpoint, ParsesHostAndPort) {
  EXPECT_EQ(parse_endpoint("0.0.0.0:25")->port, 25);
  EXPECT_EQ(parse_endpoint("[::1]:2525")->host, "::1");
  EXPECT_EQ(parse_endpoint("mx.example", 25)->port, 25);
  for (const char* bad : {"", ":25", "host", "host:", "host:x", "host:99999", "::1:25", "[::1", "[::1]25", "a b:25"})
    EXPECT_FALSE(parse_endpoint(bad)) << bad;
}

TEST(NextHop, ParsesWhatTheConfigurationWrites) {
  EXPECT_EQ(parse_next_hop("smtp://MX.example")->text(), "smtp://mx.example:25");
  EXPECT_EQ(parse_next_hop("lmtp://[::1]:2424")->text(), "lmtp://[::1]:2424");
  EXPECT_EQ(parse_next_hop("lmtp://host")->port, 24);
  EXPECT_EQ(parse_next_hop("lmtp:///run/dovecot/lmtp")->kind, NextHop::Kind::lmtp_unix);
  EXPECT_EQ(parse_next_hop("maildir:/var/mail/box")->path, "/var/mail/box");
  for (const char* bad : {"", "mx.example", "smtp:mx.example", "smtp://", "smtp://mx:0", "smtp:///socket", "maildir:", "http://x"})
    EXPECT_FALSE(parse_next_hop(bad)) << bad;
}

std::string v2(char command, char family, const std::string& addresses) {
  std::string header("\r\n\r\n\0\r\nQUIT\n", 12);
  header += command;
  header += family;
  header += static_cast<char>(addresses.size() >> 8);
  header += static_cast<char>(addresses.size() & 0xff);
  return header + addresses;
}

struct ProxyRow {
  const char* what;
  std::string bytes;
  ProxyHeader::Kind kind;
  const char* address;
};

TEST(ProxyProtocol, ReadsBothVersions) {
  using Kind = ProxyHeader::Kind;
  std::string tcp6(42, '\0');
  tcp6.replace(15, 1, 1, '\1');
  tcp6.replace(36, 6, "tlvtlv");
  const ProxyRow table[] = {
      {"v1 TCP4", "PROXY TCP4 192.0.2.1 198.51.100.1 56324 25\r\n", Kind::proxied, "192.0.2.1"},
      {"v1 TCP6", "PROXY TCP6 2001:db8::1 2001:db8::2 1 25\r\n", Kind::proxied, "2001:db8::1"},
      {"v1 UNKNOWN", "PROXY UNKNOWN whatever\r\n", Kind::local, ""},
      {"v1 wrong family", "PROXY TCP4 2001:db8::1 2001:db8::2 1 25\r\n", Kind::malformed, ""},
      {"v1 mapped", "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 25\r\n", Kind::proxied, "192.0.2.1"},
      {"v1 NUL", std::string("PROXY TCP4 192.0.2.1\0x 198.51.100.1 1 25\r\n", 42), Kind::malformed, ""},
      {"v1 bad port", "PROXY TCP4 192.0.2.1 198.51.100.1 65536 25\r\n", Kind::malformed, ""},
      {"v1 too few words", "PROXY TCP4 192.0.2.1 198.51.100.1 1\r\n", Kind::malformed, ""},
      {"v1 too many words", "PROXY TCP4 192.0.2.1 198.51.100.1 1 2 3\r\n", Kind::malformed, ""},
      {"v1 endless", "PROXY " + std::string(200, 'x'), Kind::malformed, ""},
      {"not PROXY", "EHLO client\r\n", Kind::malformed, ""},
      {"v2 TCP4", v2(0x21, 0x11, std::string("\xc0\x00\x02\x01\xc6\x33\x64\x01\x12\x67\x00\x19", 12)), Kind::proxied, "192.0.2.1"},
      {"v2 TCP6 with TLVs", v2(0x21, 0x21, tcp6), Kind::proxied, "::1"},
      {"v2 LOCAL", v2(0x20, 0x00, ""), Kind::local, ""},
      {"v2 Unix", v2(0x21, 0x31, std::string(216, 'x')), Kind::local, ""},
      {"v2 too short", v2(0x21, 0x11, "abc"), Kind::malformed, ""},
      {"v2 wrong version", v2(0x11, 0x11, std::string(12, 0)), Kind::malformed, ""},
      {"v2 huge", v2(0x21, 0x11, std::string(4000, 0)), Kind::malformed, ""},
  };
  for (const ProxyRow& row : table) {
    SCOPED_TRACE(row.what);
    const ProxyHeader header = parse_proxy_header(row.bytes + (row.kind == Kind::malformed ? "" : "EHLO x\r\n"));
    EXPECT_EQ(header.kind, row.kind);
    EXPECT_EQ(header.address, row.address);
    if (row.kind == Kind::malformed) continue;
    EXPECT_EQ(header.length, row.bytes.size());
    for (size_t i = 0; i < row.bytes.size(); ++i) EXPECT_EQ(parse_proxy_header(row.bytes.substr(0, i)).kind, Kind::more) << i;
  }
  const ProxyHeader header = parse_proxy_header(v2(0x21, 0x11, std::string(8, 'x') + "\x12\x67" + "zz"));
  EXPECT_EQ(header.port, 0x1267);
}

TEST(Reply, IsWrittenLineByLine) {
  EXPECT_EQ(to_wire({250, "2.1.0", "one\ntwo"}), "250-2.1.0 one\r\n250 2.1.0 two\r\n");
  EXPECT_EQ(to_wire({550, "", "evil\r\n250 ok"}), "550-evil \r\n550 250 ok\r\n");
  EXPECT_EQ(to_wire({550, "", std::string(2000, 'x')}).size(), 486u);
  EXPECT_EQ(to_line({550, "5.7.1", "one\ntwo\x01"}), "550 5.7.1 one two ");
}

TEST(ReplyParser, ReadsRepliesOneAfterTheOther) {
  ReplyParser parser;
  Bytes bytes = "250-2.1.0 a\r\n250 2.1.0 b\r\n354\r\n550 5.1 x\n";
  ASSERT_EQ(parser.feed(bytes), ReplyParser::Status::complete);
  Reply reply = parser.take();
  EXPECT_EQ(reply.enhanced, "2.1.0");
  EXPECT_EQ(reply.text, "a\nb");
  ASSERT_EQ(parser.feed(bytes), ReplyParser::Status::complete);
  EXPECT_EQ(parser.take().code, 354);
  ASSERT_EQ(parser.feed(bytes), ReplyParser::Status::complete);
  reply = parser.take();
  EXPECT_EQ(reply.enhanced, "");
  EXPECT_EQ(reply.text, "5.1 x");
}

TEST(ReplyParser, GivesUpOnWhatIsNoReply) {
  const std::string long_line(3000, '2');
  for (const Bytes bad : {Bytes("hello\r\n"), Bytes("25 ok\r\n"), Bytes("650 ok\r\n"), Bytes("250ok\r\n"), Bytes("150 wait\r\n"),
                          Bytes("250-a\r\n251 b\r\n"), Bytes(long_line)}) {
    ReplyParser parser;
    Bytes bytes = bad;
    EXPECT_EQ(parser.feed(bytes), ReplyParser::Status::malformed) << bad.substr(0, 20);
  }
  ReplyParser endless;
  ReplyParser::Status status = ReplyParser::Status::more;
  for (int i = 0; i < 1000 && status == ReplyParser::Status::more; ++i) {
    Bytes line = "250-and\r\n";
    status = endless.feed(line);
  }
  EXPECT_EQ(status, ReplyParser::Status::malformed);
}

TEST(Xtext, IsCheckedAndDecoded) {
  EXPECT_TRUE(is_xtext("a+2Bb"));
  for (const char* bad : {"a=b", "a+2b", "a+2", "a b", "\xe3\x81\x82"}) EXPECT_FALSE(is_xtext(bad)) << bad;
  EXPECT_EQ(decode_xtext("a+2Bb+3D+Z"), "a+b=+Z");
}

TEST(Utf8, IsChecked) {
  for (const char* good : {"", "abc", "\xe6\x97\xa5", "\xf0\x9f\x98\x80", "\xc2\x80"}) EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe6\x97", "\xff"})
    EXPECT_FALSE(is_utf8(bad));
}

TEST(Address, KnowsItsParts) {
  const Address address{"a@b\"@Example.JP"};
  EXPECT_EQ(address.local(), "a@b\"");
  EXPECT_EQ(address.domain(), "example.jp");
  EXPECT_EQ(Address{"postmaster"}.local(), "postmaster");
  EXPECT_EQ(Address{"postmaster"}.domain(), "");
}

}  // namespace
}  // namespace mugai::smtp::test
