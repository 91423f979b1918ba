// Finding over both databases: by words, addresses, state and time; page by page; and nothing that is not theirs.
#include "gateway/search/search.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <gmock/gmock.h>

#include "gateway/keep/store.h"
#include "gateway/search/backlog.h"
#include "tests/gateway/databases.h"

namespace mugai::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kDay = 86'400'000;
constexpr int64_t kNow = 20'000 * kDay + 5 * 3'600'000;

const Person kAll{"suzuki", "test", Role::administrator, {}, {}};
const Person kTax{"sato", "test", Role::approver, {"zeimu.example"}, {}};

class SearchOnEach : public test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    auto opened = Store::open(node);
    ASSERT_TRUE(opened);
    store = std::move(*opened);
  }

  void mail(const std::string& id, const std::string& subject, const std::string& sender = "a@out.example",
            std::vector<std::string> to = {"x@zeimu.example"}, const std::string& verdict = "clean", int64_t at = kNow) {
    MessageRow row;
    row.id = id;
    row.received_ms = at;
    row.zone = "internet";
    row.sender = sender;
    row.recipients = std::move(to);
    row.subject = subject;
    row.profile = "sanitize";
    row.verdict = verdict;
    row.message_id = id + "@Mail.example";
    row.report_json = "{\"id\":\"" + id + "\"}";
    row.names = {id + "の添付.xlsx"};
    ASSERT_TRUE(store->transaction(true, [&](Store& to_store) { to_store.add(row); }));
  }
  void item(const std::string& message, int number, const std::string& name, const std::string& reason,
            std::vector<std::string> to = {"x@zeimu.example"}, int64_t at = kNow, const std::string& state = "held") {
    QuarantineRow row;
    row.id = message + "-" + std::to_string(number);
    row.message = message;
    row.state = state;
    row.sender = "a@out.example";
    row.recipients = std::move(to);
    row.subject = "件名";
    row.name = name;
    row.reasons = {reason};
    row.since_ms = at;
    ASSERT_TRUE(store->transaction(true, [&](Store& to_store) { to_store.add(row); }));
  }
  std::vector<std::string> mails(const MessageQuery& query, const Person& by = kAll) {
    const auto page = Search(store->database()).messages(by, query);
    std::vector<std::string> ids;
    if (!page) return {page.error().id};
    for (const MailRow& row : page->rows) ids.push_back(row.id);
    return ids;
  }
  std::vector<std::string> items(const ItemQuery& query, const Person& by = kAll) {
    const auto page = Search(store->database()).items(by, query);
    std::vector<std::string> ids;
    if (!page) return {page.error().id};
    for (const ItemRow& row : page->rows) ids.push_back(row.id);
    return ids;
  }
  static MessageQuery words(const std::string& text) {
    MessageQuery query;
    query.words = text;
    return query;
  }
  static ItemQuery named(const std::string& name) {
    ItemQuery query;
    query.name = name;
    return query;
  }
  static ItemQuery because(const std::string& reason, const std::vector<ItemState>& states = {}) {
    ItemQuery query;
    query.reason = reason;
    query.states = states;
    return query;
  }

  std::unique_ptr<Store> store;
};
ON_EACH_DATABASE(SearchOnEach);

TEST_P(SearchOnEach, NewestFirst) {
  mail("one", "a", "a@b", {"x@y"}, "clean", 1'000);
  mail("three", "c", "a@b", {"x@y"}, "clean", 3'000);
  mail("two", "b", "a@b", {"x@y"}, "clean", 2'000);
  EXPECT_THAT(mails({}), ElementsAre("three", "two", "one"));
}

TEST_P(SearchOnEach, FindsJapaneseByAnyRunOfItsCharacters) {
  mail("m1", "令和8年度の請求書について");
  mail("m2", "見積書の送付");
  mail("m3", "書求請");
  EXPECT_THAT(mails(words("請求書")), ElementsAre("m1"));
  EXPECT_THAT(mails(words("求書")), ElementsAre("m1"));
  EXPECT_THAT(mails(words("書の")), ElementsAre("m2"));
  EXPECT_THAT(mails(words("令和８年度")), ElementsAre("m1"));
  EXPECT_THAT(mails(words("請")), ElementsAre("m3", "m1"));
  EXPECT_THAT(mails(words("請求書 見積書")), IsEmpty());
}

TEST_P(SearchOnEach, PairsThatAreNotARunAreNotFoundInASubject) {
  mail("apart", "京都庁と東京");
  mail("whole", "東京都庁");
  MessageQuery query;
  query.subject = "東京都庁";
  EXPECT_THAT(mails(query), ElementsAre("whole"));
}

TEST_P(SearchOnEach, FindsWordsOfAddressesAndNames) {
  mail("m1", "x", "Tanaka@Partner.example", {"kaikei@zeimu.example"});
  mail("m2", "x", "sato@partner.example");
  EXPECT_THAT(mails(words("TANAKA")), ElementsAre("m1"));
  EXPECT_THAT(mails(words("tan*")), ElementsAre("m1"));
  EXPECT_THAT(mails(words("tan")), IsEmpty());
  EXPECT_THAT(mails(words("m2の添付")), ElementsAre("m2"));
  EXPECT_THAT(mails(words("kaikei xlsx")), ElementsAre("m1"));
}

TEST_P(SearchOnEach, AddressesAreWholeOrADomainOrWords) {
  mail("m1", "x", "a@partner.example", {"p@zeimu.example", "q@jumin.example"});
  mail("m2", "x", "a@sub.partner.example", {"q@jumin.example"});
  mail("m3", "x", "", {"q@jumin.example"});
  MessageQuery query;
  query.sender = "A@partner.example";
  EXPECT_THAT(mails(query), ElementsAre("m1"));
  query.sender = "@partner.example";
  EXPECT_THAT(mails(query), ElementsAre("m1"));
  query.sender = "partner";
  EXPECT_THAT(mails(query), ElementsAre("m2", "m1"));
  query.sender = "<>";
  EXPECT_THAT(mails(query), ElementsAre("m3"));
  query.sender = "";
  query.recipient = "p@zeimu.example";
  EXPECT_THAT(mails(query), ElementsAre("m1"));
}

TEST_P(SearchOnEach, FindsByMessageIdVerdictAndTime) {
  mail("m1", "x", "a@b", {"x@y"}, "held", 1'000);
  mail("m2", "x", "a@b", {"x@y"}, "clean", 2'000);
  MessageQuery query;
  query.message_id = "<m1@mail.EXAMPLE>";
  EXPECT_THAT(mails(query), ElementsAre("m1"));
  query = {};
  query.verdict = "held";
  EXPECT_THAT(mails(query), ElementsAre("m1"));
  query = {};
  query.from_ms = 1'500;
  EXPECT_THAT(mails(query), ElementsAre("m2"));
  query = {};
  query.to_ms = 2'000;
  query.words = "x";
  EXPECT_THAT(mails(query), ElementsAre("m1"));
}

TEST_P(SearchOnEach, ADepartmentSeesOnlyMailWithARecipientOfItsOwn) {
  mail("theirs", "年度末", "a@b", {"x@zeimu.example"});
  mail("both", "年度末", "a@b", {"y@jumin.example", "x@Zeimu.example"});
  mail("others", "年度末", "a@b", {"y@jumin.example"});
  mail("sub", "年度末", "a@b", {"y@sub.zeimu.example"});
  item("theirs", 1, "表.xlsx", "macro");
  item("others", 1, "表.xlsx", "macro", {"y@jumin.example"});
  EXPECT_THAT(mails({}, kTax), ElementsAre("both", "theirs"));
  EXPECT_THAT(mails(words("年度末"), kTax), ElementsAre("both", "theirs"));
  EXPECT_THAT(items({}, kTax), ElementsAre("theirs-1"));
  EXPECT_THAT(items(named("表"), kTax), ElementsAre("theirs-1"));
  Search search(store->database());
  EXPECT_TRUE(search.message(kTax, "both"));
  EXPECT_EQ(search.message(kTax, "others").error().id, "search.unknown");
  EXPECT_EQ(search.message(kTax, "nowhere").error().id, "search.unknown");
  const Person one{"a", "test", Role::approver, {"y@jumin.example"}, {}};
  EXPECT_THAT(mails({}, one), ElementsAre("others", "both"));
}

TEST_P(SearchOnEach, ADepartmentCannotFindOutWhoElseGotAMail) {
  mail("both", "年度末", "a@b", {"y@jumin.example", "x@zeimu.example"});
  item("both", 1, "表.xlsx", "macro", {"y@jumin.example", "x@zeimu.example"});
  const auto to = [](const std::string& recipient) {
    MessageQuery query;
    query.recipient = recipient;
    return query;
  };
  for (const char* theirs : {"y@jumin.example", "@jumin.example", "jumin"}) {
    EXPECT_THAT(mails(to(theirs), kTax), ElementsAre()) << theirs;
    EXPECT_THAT(mails(to(theirs)), ElementsAre("both")) << theirs;
    EXPECT_THAT(mails(words(theirs), kTax), ElementsAre()) << theirs;
    ItemQuery query;
    query.recipient = theirs;
    EXPECT_THAT(items(query, kTax), ElementsAre()) << theirs;
    query = {};
    query.words = theirs;
    EXPECT_THAT(items(query, kTax), ElementsAre()) << theirs;
  }
  for (const char* own : {"x@zeimu.example", "@zeimu.example", "Zeimu", "zeimu x"}) EXPECT_THAT(mails(to(own), kTax), ElementsAre("both")) << own;
}

TEST_P(SearchOnEach, WhoMayNotSeeIsTold) {
  const Person requester{"a", "test", Role::requester, {}, {}};
  const Person withheld{"a", "test", Role::administrator, {}, {Permission::see_items}};
  EXPECT_THAT(mails({}, requester), ElementsAre("search.forbidden"));
  EXPECT_THAT(items({}, withheld), ElementsAre("search.forbidden"));
}

TEST_P(SearchOnEach, PagesHoldEveryRowOnceEvenWhenNewOnesArrive) {
  for (int i = 0; i < 25; ++i) {
    mail("m" + std::to_string(i), "語", "a@b", {"x@y"}, "clean", 1'000 + i / 5);
    item("m" + std::to_string(i), 1, "語", "macro", {"x@y"}, 1'000 + i / 5, i % 2 ? "held" : "denied");
  }
  const auto all_of = [&](const std::string& text, const std::vector<ItemState>& states) {
    std::vector<std::string> ids;
    ItemQuery query = because("", states);
    query.words = text;
    query.limit = 4;
    for (int page_number = 0; page_number < 20; ++page_number) {
      const auto page = Search(store->database()).items(kAll, query).value();
      for (const ItemRow& row : page.rows) ids.push_back(row.id);
      item("new" + text + std::to_string(states.size()) + std::to_string(page_number), 1, "語", "macro", {"x@y"}, 5'000);
      if (page.next.empty()) break;
      query.cursor = page.next;
    }
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
    return std::count_if(ids.begin(), ids.end(), [](const std::string& id) { return id[0] == 'm'; });
  };
  EXPECT_EQ(all_of("", {}), 25);
  EXPECT_EQ(all_of("語", {}), 25);
  EXPECT_EQ(all_of("", {ItemState::held}), 12);
  EXPECT_EQ(all_of("語", {ItemState::held}), 12);
  EXPECT_EQ(all_of("", {ItemState::held, ItemState::denied}), 25);
  EXPECT_EQ(all_of("語", {ItemState::held, ItemState::denied}), 25);

  std::vector<std::string> ids;
  MessageQuery query;
  query.limit = 7;
  do {
    const auto page = Search(store->database()).messages(kAll, query).value();
    for (const MailRow& row : page.rows) ids.push_back(row.id);
    query.cursor = page.next;
  } while (!query.cursor.empty());
  EXPECT_EQ(ids.size(), 25u);
}

TEST_P(SearchOnEach, ForeignCursorsAndEmptyWordsAreMistakes) {
  MessageQuery query;
  for (const char* cursor : {"x", "n", "n-1", "n1;DROP", "t1-a", "n99999999999999999999"}) {
    query.cursor = cursor;
    EXPECT_THAT(mails(query), ElementsAre("search.cursor")) << cursor;
  }
  EXPECT_THAT(mails(words("\" ' * ()")), ElementsAre("search.words"));
}

TEST_P(SearchOnEach, ItemsByReasonStateAndTime) {
  item("m1", 1, "表.xlsm", "macro", {"x@y"}, 1'000);
  item("m2", 1, "秘.zip", "encrypted", {"x@y"}, 2'000, "requested");
  EXPECT_THAT(items(because("macro")), ElementsAre("m1-1"));
  EXPECT_THAT(items(because("", {ItemState::requested})), ElementsAre("m2-1"));
  EXPECT_THAT(items(because("macro", {ItemState::requested})), IsEmpty());
  ItemQuery query;
  query.from_ms = 1'500;
  EXPECT_THAT(items(query), ElementsAre("m2-1"));
  query = {};
  query.to_ms = 2'000;
  EXPECT_THAT(items(query), ElementsAre("m1-1"));
}

TEST_P(SearchOnEach, OneMailWithWhatBecameOfIt) {
  mail("m1", "件名");
  item("m1", 10, "b", "macro");
  item("m1", 2, "a", "macro");
  ASSERT_TRUE(store->transaction(true, [&](Store& to) { to.add(ReplyRow{"m1", "x@zeimu.example", "delivered", "250 ok", kNow}); }));
  const auto found = Search(store->database()).message(kAll, "m1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->report_json, "{\"id\":\"m1\"}");
  EXPECT_EQ(found->message_id, "m1@Mail.example");
  ASSERT_EQ(found->replies.size(), 1u);
  EXPECT_EQ(found->replies[0].reply, "250 ok");
  ASSERT_EQ(found->items.size(), 2u);
  EXPECT_EQ(found->items[0].id, "m1-2");
}

TEST_P(SearchOnEach, CountsByHourDayAndState) {
  mail("now", "a", "a@b", {"x@zeimu.example", "y@zeimu.example"}, "clean", kNow);
  mail("earlier", "a", "a@b", {"x@zeimu.example"}, "held", kNow - 3'600'000);
  mail("other", "a", "a@b", {"x@jumin.example"}, "held", kNow);
  mail("week", "a", "a@b", {"x@jumin.example"}, "altered", kNow - 7 * kDay);
  mail("year", "a", "a@b", {"x@jumin.example"}, "altered", kNow - 365 * kDay);
  item("earlier", 1, "a", "macro");
  item("other", 1, "a", "macro", {"x@jumin.example"});
  Search search(store->database());
  const Counts all = search.counts(kAll, kNow).value();
  ASSERT_EQ(all.hours.size(), 24u);
  ASSERT_EQ(all.days.size(), 30u);
  EXPECT_EQ(all.hours[23].all(), 2u);
  EXPECT_EQ(all.hours[22].mails[2], 1u);
  uint64_t month = 0;
  for (const Slot& day : all.days) month += day.all();
  EXPECT_EQ(month, 4u);
  EXPECT_EQ(all.in_state(ItemState::held), 2u);
  const Counts tax = search.counts(kTax, kNow).value();
  EXPECT_EQ(tax.hours[23].all(), 1u);
  EXPECT_EQ(tax.in_state(ItemState::held), 1u);
  const Counts one = search.counts({"a", "test", Role::approver, {"y@zeimu.example"}, {}}, kNow).value();
  EXPECT_EQ(one.hours[23].all(), 1u);
}

TEST_P(SearchOnEach, WhatIsAddedTwiceIsFoundAndCountedOnce) {
  mail("m1", "語");
  mail("m1", "語");
  item("m1", 1, "語", "macro");
  item("m1", 1, "語", "macro");
  EXPECT_THAT(mails(words("語")), ElementsAre("m1"));
  EXPECT_THAT(items(named("語")), ElementsAre("m1-1"));
  EXPECT_EQ(Search(store->database()).counts(kAll, kNow)->hours[23].all(), 1u);
}

TEST_P(SearchOnEach, ManyInOneMillisecondAllHaveAPlace) {
  for (int i = 0; i < 40; ++i) mail("m" + std::to_string(i), "語");
  EXPECT_EQ(mails(words("語")).size(), 40u);
}

TEST_P(SearchOnEach, ThousandsOfOneMomentAreIndexedWithoutDelay) {
  const auto add_many = [&](const std::string& message, int64_t at) {
    return store->transaction(true, [&](Store& to) {
      for (int i = 0; i < 3'000; ++i) {
        QuarantineRow row;
        row.id = message + "-" + std::to_string(i);
        row.message = message;
        row.state = "held";
        row.name = "表";
        row.since_ms = at;
        to.add(row);
      }
    });
  };
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(add_many("A", kNow));
  ASSERT_TRUE(add_many("B", kNow + 1));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
  ItemQuery query = named("表");
  query.limit = kMaxPage;
  size_t found = 0;
  do {
    const auto page = Search(store->database()).items(kAll, query).value();
    found += page.rows.size();
    query.cursor = page.next;
  } while (!query.cursor.empty());
  EXPECT_EQ(found, 6'000u);
}

TEST_P(SearchOnEach, WhatIsDeletedIsNotFound) {
  mail("m1", "語");
  item("m1", 1, "語", "macro");
  ASSERT_TRUE(store->database().run(true, [&] {
    store->database().session() << "DELETE FROM quarantine", Poco::Data::Keywords::now;
    store->database().session() << "DELETE FROM messages", Poco::Data::Keywords::now;
  }));
  EXPECT_THAT(mails(words("語")), IsEmpty());
  EXPECT_THAT(items(named("語")), IsEmpty());
  mail("m1", "別");
  EXPECT_THAT(mails(words("語")), IsEmpty());
  EXPECT_THAT(mails(words("別")), ElementsAre("m1"));
}

TEST_P(SearchOnEach, ATransactionThatFailsLeavesNothingToFind) {
  EXPECT_THROW(static_cast<void>(store->transaction(false,
                                                    [&](Store& to) {
                                                      MessageRow row;
                                                      row.id = "lost";
                                                      row.received_ms = kNow;
                                                      row.verdict = "clean";
                                                      to.add(row);
                                                      throw std::runtime_error("in the middle");
                                                    })),
               std::runtime_error);
  mail("kept", "語");
  EXPECT_THAT(mails({}), ElementsAre("kept"));
  EXPECT_EQ(Search(store->database()).counts(kAll, kNow)->hours[23].all(), 1u);
}

// Of a Mugai that knows no index yet.
size_t before_search() {
  const auto steps = migrations();
  const auto found = std::find_if(steps.begin(), steps.end(), [](const auto& step) {
    return std::any_of(step.begin(), step.end(), [](std::string_view text) { return text.find("TABLE mail_index") != text.npos; });
  });
  return static_cast<size_t>(found - steps.begin());
}

class BacklogOnEach : public SearchOnEach {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    using namespace Poco::Data::Keywords;
    const auto old = of_version(before_search());
    *old << "BEGIN", now;
    for (int i = 0; i < 450; ++i) {
      const std::string id = "old" + std::to_string(i);
      *old << "INSERT INTO messages (id, received_ms, zone, client, sender, recipients, subject, profile, verdict, size, report) "
              "VALUES ('" + id + "', " + std::to_string(kNow - i) + ", 'internet', '', 'a@out.example', "
              "'[\"x@zeimu.example\"]', '昔の件', 'sanitize', 'held', 1, '{\"items\":[{\"name\":\"古い表.xls\"}]}')", now;
      *old << "INSERT INTO quarantine (id, message, state, sender, recipients, subject, name, detected, reasons, since_ms, size, "
              "sha256) VALUES ('" + id + "-1', '" + id + "', 'held', 'a@out.example', '[\"x@zeimu.example\"]', '昔の件', "
              "'古い表.xls', 'xls', '[\"macro\"]', " + std::to_string(kNow - i) + ", 1, '')", now;
    }
    *old << "COMMIT", now;
    auto opened = Store::open(node);
    ASSERT_TRUE(opened) << opened.error().detail;
    store = std::move(*opened);
  }
};
ON_EACH_DATABASE(BacklogOnEach);

TEST_P(BacklogOnEach, WhatWasThereBeforeIsFoundAndCountedOnce) {
  mail("new", "昔の件");
  size_t steps = 0;
  for (;; ++steps) {
    // Another gateway on the same database, and this one started again.
    const auto taken = Backlog(store->database()).step();
    ASSERT_TRUE(taken) << taken.error().detail;
    if (*taken == 0) break;
  }
  EXPECT_GT(steps, 2u);
  MessageQuery query = words("古い表");
  query.limit = kMaxPage;
  EXPECT_EQ(mails(query).size(), kMaxPage);
  EXPECT_THAT(mails(words("昔の件 newの添付")), ElementsAre("new"));
  EXPECT_EQ(items(because("macro"), kTax).size(), 50u);
  const Counts counts = Search(store->database()).counts(kAll, kNow).value();
  uint64_t month = 0;
  for (const Slot& day : counts.days) month += day.all();
  EXPECT_EQ(month, 451u);
}

}  // namespace
}  // namespace mugai::gateway
