// Who is told of what, and how it reads.
#include "gateway/quarantine/digest.h"

#include <gmock/gmock.h>

#include "gateway/keep/store.h"
#include "tests/gateway/databases.h"

namespace mugai::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kNow = 1'795'000'000'000, kDayMs = 86'400'000;

class DigestOnEach : public test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    store = std::move(Store::open(node).value());
  }
  void hold(const std::string& id, std::vector<std::string> recipients, int64_t since_ms) {
    QuarantineRow row;
    row.id = id;
    row.message = id.substr(0, id.rfind('-'));
    row.state = "held";
    row.recipients = std::move(recipients);
    row.since_ms = since_ms;
    ASSERT_TRUE(store->transaction(true, [&](Store& to) { to.add(row); }));
  }
  std::vector<std::string> due(int64_t now_ms = kNow) {
    std::vector<std::string> out;
    const std::vector<Digest> digests = Digests(store->database()).due(now_ms).value();
    for (const Digest& one : digests) out.push_back(one.recipient + " " + std::to_string(one.items.size()));
    return out;
  }
  std::unique_ptr<Store> store;
};
ON_EACH_DATABASE(DigestOnEach);

TEST_P(DigestOnEach, TellsEachRecipientOnceOfWhatIsNew) {
  hold("A-1", {"a@city.example", "b@city.example"}, kNow - 1'000);
  hold("B-1", {"a@city.example"}, kNow - 2'000);
  hold("C-1", {"c@city.example"}, kNow - 8 * kDayMs);
  EXPECT_THAT(due(), ::testing::ElementsAre("a@city.example 2", "b@city.example 1"));
  Digests digests(store->database());
  ASSERT_TRUE(digests.told("a@city.example", kNow));
  EXPECT_THAT(due(), ::testing::ElementsAre("b@city.example 1"));
  hold("D-1", {"a@city.example"}, kNow + 1'000);
  EXPECT_THAT(due(kNow + kDayMs), ::testing::ElementsAre("a@city.example 1", "b@city.example 1"));
  ASSERT_TRUE(digests.want("a@city.example", false));
  EXPECT_FALSE(digests.is_wanted("a@city.example").value());
  EXPECT_THAT(due(kNow + kDayMs), ::testing::ElementsAre("b@city.example 1"));
  ASSERT_TRUE(digests.want("a@city.example", true));
  EXPECT_TRUE(digests.is_wanted("a@city.example").value());
}

TEST_P(DigestOnEach, OfSeveralGatewaysOneHasTheTurn) {
  Digests digests(store->database());
  EXPECT_TRUE(digests.take_turn(kNow).value());
  EXPECT_FALSE(digests.take_turn(kNow + 1'000).value());
  EXPECT_TRUE(digests.take_turn(kNow + kDayMs).value());
}

TEST(DigestMail, NamesWhatIsHeldAndMakesNoLinkOfASendersText) {
  ItemRecord item;
  item.id = "A-1";
  item.message = "A";
  item.name = "see http://evil.example/x.exe";
  item.subject = "x\r\nBcc: y@evil.example";
  item.reasons = {"executable"};
  const std::string mail = write_digest({"a@city.example", {item}, 3}, {"https://gw.example/digest/t", [](const std::string& message) {
                                          return "https://gw.example/r/" + message;
                                        }}, "ID", "gw.example", kNow);
  EXPECT_THAT(mail, Not(HasSubstr("\nBcc:")));
  EXPECT_THAT(mail, HasSubstr("To: a@city.example\r\n"));
  EXPECT_THAT(mail, HasSubstr("Auto-Submitted: auto-generated\r\n"));
}

TEST(DigestLink, OpensForItsRecipientOnly) {
  const mugai::test::TemporaryDirectory directory;
  const Result<Secrets> secrets = Secrets::open(directory.path());
  ASSERT_TRUE(secrets);
  const std::string token = digest_token(*secrets, "a@city.example");
  EXPECT_EQ(open_digest_token(*secrets, token), "a@city.example");
  EXPECT_FALSE(open_digest_token(*secrets, to_hex("b@city.example") + token.substr(token.find('.'))));
  // An address may hold what would end a path.
  const std::string odd = digest_token(*secrets, "a/b?c#d%e@city.example");
  EXPECT_EQ(odd.find_first_of("/?#%@"), std::string::npos);
  EXPECT_EQ(open_digest_token(*secrets, odd), "a/b?c#d%e@city.example");
  EXPECT_FALSE(open_digest_token(*secrets, "a@city.example"));
  EXPECT_FALSE(open_digest_token(*secrets, ""));
}

}  // namespace
}  // namespace mugai::gateway
