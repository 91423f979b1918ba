#include "sanitizers/mime/address.h"

#include <gtest/gtest.h>

namespace mugai::sanitize {
namespace {

std::string shown(const AddressList& list) {
  std::string out;
  for (const Mailbox& m : list.mailboxes) out += '[' + m.display_name + '|' + m.address + ']';
  return out;
}

TEST(ParseAddresses, ReadsWhatMailersSend) {
  const struct {
    const char* raw;
    const char* mailboxes;
  } cases[] = {
      {"a@b.jp", "[|a@b.jp]"},
      {"<a@b.jp>", "[|a@b.jp]"},
      {"Taro <a@b.jp>, \"Yamada, Hanako\" <h@b.jp>", "[Taro|a@b.jp][Yamada, Hanako|h@b.jp]"},
      {"=?UTF-8?B?5bGx55Sw?= <a@b.jp>", "[山田|a@b.jp]"},
      {"\"=?UTF-8?B?5bGx55Sw?=\" <a@b.jp>", "[山田|a@b.jp]"},
      {"=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?=<a@b.jp>", "[山田|a@b.jp]"},
      {"山田 太郎 <a@b.jp>", "[山田 太郎|a@b.jp]"},
      {"\x8E\x52\x93\x63 <a@b.jp>", "[山田|a@b.jp]"},
      {"\x1B$B;3ED\x1B(B <a@b.jp>", "[山田|a@b.jp]"},
      {"a@b.jp (Taro)", "[Taro|a@b.jp]"},
      {"Staff: a@b.jp, Hanako <h@b.jp>;, c@d.jp", "[|a@b.jp][Hanako|h@b.jp][|c@d.jp]"},
      {"undisclosed-recipients:;", ""},
      {"dots..everywhere.@docomo.ne.jp", "[|dots..everywhere.@docomo.ne.jp]"},
      {"\"john doe\"@b.jp", "[|\"john doe\"@b.jp]"},
      {"Taro a@b.jp", "[Taro|a@b.jp]"},
      {"Taro <a@b.jp> Hanako <h@b.jp>", "[Taro|a@b.jp][Hanako|h@b.jp]"},
      {"Taro <a@b.jp", "[Taro|a@b.jp]"},
      {"a@b.jp; c@d.jp", "[|a@b.jp][|c@d.jp]"},
      {"a@b.jp c@d.jp", "[|a@b.jp][|c@d.jp]"},
      {"Taro a@b.jp Hanako c@d.jp", "[Taro|a@b.jp][Hanako|c@d.jp]"},
      {"a@b.jp Taro", "[Taro|a@b.jp]"},
      {"MAILER-DAEMON <>", "[|MAILER-DAEMON]"},
      {"a . c @ b . jp", "[|a.c@b.jp]"},
      {"a @ b.jp", "[|a@b.jp]"},
      {"<@relay.jp:a@b.jp>", "[|a@b.jp]"},
      {"=?UTF-8?Q?Taro_<a@b.jp>?=", "[Taro|a@b.jp]"},
      {"<mailto:a@b.jp>", "[|a@b.jp]"},
      {"root", "[|root]"},
      {"a@b.jp,\r\n\tc@d.jp", "[|a@b.jp][|c@d.jp]"},
      {"Taro (never closed <a@b.jp>", "[Taro (never closed|a@b.jp]"},
      {"山田@例え.jp", "[|山田@例え.jp]"},
      {"", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(shown(parse_addresses(c.raw, 100)), c.mailboxes) << c.raw;
}

TEST(ParseAddresses, MarksNamesThatPretendToBeAnAddress) {
  EXPECT_EQ(parse_addresses("\"boss@city.lg.jp\" <x@evil.example>", 9).notes,
            std::vector<std::string>{"address-in-display-name"});
  EXPECT_TRUE(parse_addresses("\"a@b.jp\" <a@b.jp>", 9).notes.empty());
}

TEST(ParseAddresses, StopsAtTheLimit) {
  const AddressList list = parse_addresses("a@b, c@d, e@f", 2);
  EXPECT_EQ(list.mailboxes.size(), 2u);
  EXPECT_EQ(list.notes, std::vector<std::string>{"too-many-addresses"});
}

TEST(EncodeAddressHeader, RoundTripsInShortAsciiLines) {
  const std::vector<Mailbox> mailboxes = {
      {"", "a@b.jp"},
      {"Taro Yamada", "t@b.jp"},
      {"Yamada, \"T\"", "q@b.jp"},
      {"山田太郎（総務部総務課情報システム係長・マイナンバー担当）", "y@b.jp"},
      {"=?x?Q?y?=", "z@b.jp"},
      {"", "\"john doe\"@b.jp"},
      {"山", "m@b.jp"}};
  const std::string header = encode_address_header("To", mailboxes);
  size_t line = 0;
  for (const char c : header) {
    EXPECT_LT(static_cast<unsigned char>(c), 0x7Fu);
    line = c == '\n' ? 0 : line + 1;
    EXPECT_LE(line, 77u);
  }
  const AddressList back = parse_addresses(std::string_view(header).substr(3), 100);
  AddressList expected;
  expected.mailboxes = mailboxes;
  EXPECT_EQ(shown(back), shown(expected));
  EXPECT_TRUE(back.notes.empty());
  EXPECT_EQ(encode_address_header("To", {{"", "a@例え.jp"}}), "To: a@xn--r8jz45g.jp\r\n");
}

}  // namespace
}  // namespace mugai::sanitize
