// Fills a database with tracked mails and held items as a city has them, and measures lists and searches over it. It prints a
// line of JSON for the filling and one for each kind of query; tests/bench/search.py makes the tables.
//   search_bench DIRECTORY MAILS ITEMS ROUNDS [postgresql://URL]      DIRECTORY keeps the SQLite database; a filled one is used again
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>

#include "config/parse.h"
#include "gateway/keep/store.h"
#include "gateway/search/search.h"
#include "sanitizers/report.h"

namespace {

using namespace mugai;
using namespace mugai::gateway;
using Clock = std::chrono::steady_clock;

constexpr int64_t kBegin = 1'760'000'000'000;
constexpr int64_t kSpanMs = 180LL * 86'400'000;

const std::vector<std::string> kTopics{"請求書", "見積書", "議事録", "会議資料", "住民票", "固定資産税", "工事入札", "補助金", "研修案内", "予算要求",
                                       "契約書", "人事異動", "防災訓練", "選挙事務", "保育所入所", "国民健康保険", "水道料金", "道路占用", "広報原稿", "システム保守"};
const std::vector<std::string> kPlaces{"東京都", "京都市", "大阪府", "札幌市", "福岡県", "横浜市", "名古屋市", "仙台市", "広島県", "那覇市"};
const std::vector<std::string> kEnds{"の送付について", "（至急）", "に関するご依頼", "の件", "Re: ご確認ください", "のご連絡", "（第２回）", "【重要】"};
const std::vector<std::string> kSurnames{"tanaka", "suzuki", "sato", "takahashi", "ito", "watanabe", "yamamoto", "nakamura", "kobayashi", "kato"};
const std::vector<std::string> kTypes{"xlsx", "docx", "pdf", "zip", "jpg", "csv", "jtd", "xdw"};
const std::vector<std::string> kReasons{"macro", "encrypted", "unknown-type", "executable", "virus", "too-deep", "external-link"};

[[noreturn]] void fail(const std::string& what, const Error& error) {
  std::fprintf(stderr, "search_bench: %s: %s %s\n", what.c_str(), error.text.c_str(), error.detail.c_str());
  std::exit(1);
}

class Town {
 public:
  explicit Town(uint64_t seed) : random_(seed) {}

  // A few write most of the mail.
  size_t skewed(size_t count) {
    const double one = std::uniform_real_distribution<>(0, 1)(random_);
    return static_cast<size_t>(static_cast<double>(count) * one * one * one);
  }
  size_t below(size_t count) { return random_() % count; }
  const std::string& any(const std::vector<std::string>& list) { return list[skewed(list.size())]; }

  std::string sender() {
    const size_t n = skewed(20'000);
    return kSurnames[n % kSurnames.size()] + std::to_string(n) + "@company" + std::to_string(n % 900) + ".example.co.jp";
  }
  std::string recipient() {
    const size_t n = skewed(3'000);
    return kSurnames[n % kSurnames.size()] + std::to_string(n) + "@ka" + std::to_string(n % 15) + ".city.example.lg.jp";
  }
  std::string subject() {
    return any(kPlaces) + any(kTopics) + std::to_string(below(5'000)) + "号" + any(kEnds);
  }
  std::string name() { return any(kTopics) + "_" + std::to_string(below(100'000)) + "." + any(kTypes); }
  std::string verdict() {
    const size_t n = below(10'000);
    return n < 5 ? "refused" : n < 400 ? "held" : n < 700 ? "relayed" : n < 4'500 ? "altered" : "clean";
  }
  std::string state() {
    const size_t n = below(1'000);
    return n < 2 ? "approved" : n < 10 ? "requested" : n < 150 ? "held" : n < 200 ? "denied" : n < 450 ? "released" : "expired";
  }

 private:
  std::mt19937_64 random_;
};

std::string report_of(Town& town, const std::vector<std::string>& names) {
  sanitize::Report report;
  for (size_t i = 0; i < names.size(); ++i) {
    sanitize::Item item;
    item.path = "1." + std::to_string(i + 1);
    item.name = item.output_name = names[i];
    item.declared = "application/octet-stream";
    item.detected = "xlsx";
    item.action = sanitize::Action::rebuilt;
    item.removed = {{"metadata", 1}};
    item.size_in = town.below(1'000'000);
    item.sha256_in = item.sha256_out = std::string(64, 'a');
    report.items.push_back(std::move(item));
  }
  return sanitize::to_json(report);
}

void fill(Store& store, uint64_t mails, uint64_t items) {
  constexpr uint64_t kBatch = 200;
  Town town(1);
  const auto begin = Clock::now();
  for (uint64_t done = 0; done < mails; done += kBatch) {
    const Status stored = store.transaction(false, [&](Store& to) {
      for (uint64_t i = done; i < std::min(mails, done + kBatch); ++i) {
        MessageRow mail;
        mail.id = "20260101T0000-" + std::to_string(i * 2'654'435'761 % 1'000'000'007);
        mail.received_ms = kBegin + static_cast<int64_t>(static_cast<double>(i) / static_cast<double>(mails) * kSpanMs);
        mail.zone = "internet";
        mail.client = "192.0.2.7";
        mail.sender = town.sender();
        for (size_t n = 1 + town.skewed(5); n > 0; --n) mail.recipients.push_back(town.recipient());
        mail.subject = town.subject();
        mail.profile = "sanitize";
        mail.verdict = town.verdict();
        mail.message_id = "id" + std::to_string(i) + "@mail.example.co.jp";
        mail.size = town.below(5'000'000);
        for (size_t n = town.skewed(6); n > 0; --n) mail.names.push_back(town.name());
        mail.report_json = report_of(town, mail.names);
        to.add(mail);
        to.add(ReplyRow{mail.id, mail.recipients[0], "delivered", "250 2.0.0 Ok: queued as 4XyZ", mail.received_ms + 900});
        if (i * items / mails == (i + 1) * items / mails) continue;
        QuarantineRow item;
        item.id = mail.id + "-1";
        item.message = mail.id;
        item.state = town.state();
        item.sender = mail.sender;
        item.recipients = mail.recipients;
        item.subject = mail.subject;
        item.name = town.name();
        item.detected = "xlsm";
        item.reasons = {town.any(kReasons)};
        item.since_ms = mail.received_ms + 500;
        item.size = mail.size;
        item.sha256 = std::string(64, 'b');
        to.add(item);
      }
    });
    if (!stored) fail("filling", stored.error());
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::printf("{\"filled\": %llu, \"seconds\": %.1f}\n", static_cast<unsigned long long>(mails), seconds);
}

class Bench {
 public:
  Bench(Database& database, int rounds) : search_(database), rounds_(rounds) {}

  void mails(const char* name, const std::function<MessageQuery(Town&)>& make, const Person& by) {
    measure(name, [&](Town& town) { return check(search_.messages(by, make(town))).rows.size(); });
  }
  void items(const char* name, const std::function<ItemQuery(Town&)>& make, const Person& by) {
    measure(name, [&](Town& town) { return check(search_.items(by, make(town))).rows.size(); });
  }
  void measure(const char* name, const std::function<size_t(Town&)>& run) {
    Town town(7);
    std::vector<double> ms;
    size_t rows = 0;
    for (int i = 0; i < rounds_; ++i) {
      const auto begin = Clock::now();
      rows += run(town);
      ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    }
    std::sort(ms.begin(), ms.end());
    std::printf("{\"query\": \"%s\", \"median\": %.1f, \"p95\": %.1f, \"most\": %.1f, \"rows\": %.1f}\n", name, ms[ms.size() / 2],
                ms[std::min(ms.size() - 1, ms.size() * 95 / 100)], ms.back(), static_cast<double>(rows) / rounds_);
    std::fflush(stdout);
  }
  Search& search() { return search_; }

  template <class T>
  static T check(Result<T> result) {
    if (!result) fail("searching", result.error());
    return std::move(*result);
  }

 private:
  Search search_;
  int rounds_;
};

MessageQuery of_words(const std::string& words) {
  MessageQuery query;
  query.words = words;
  return query;
}

void measure_mails(Bench& bench, uint64_t mails, const Person& all, const Person& department) {
  bench.mails("mails: newest", [](Town&) { return MessageQuery{}; }, all);
  bench.mails("mails: a page somewhere", [](Town& town) {
    MessageQuery query;
    query.to_ms = kBegin + static_cast<int64_t>(town.below(kSpanMs));
    return query;
  }, all);
  bench.mails("mails: Message-ID", [mails](Town& town) {
    MessageQuery query;
    query.message_id = "<id" + std::to_string(town.below(mails)) + "@mail.example.co.jp>";
    return query;
  }, all);
  bench.mails("mails: a topic (common)", [](Town& town) { return of_words(town.any(kTopics)); }, all);
  bench.mails("mails: place and topic", [](Town& town) { return of_words(town.any(kPlaces) + " " + town.any(kTopics)); }, all);
  bench.mails("mails: a number (rare)", [](Town& town) { return of_words(town.any(kTopics) + std::to_string(town.below(5'000)) + "号"); }, all);
  bench.mails("mails: a file's name", [](Town& town) { return of_words(town.name()); }, all);
  bench.mails("mails: one character", [](Town&) { return of_words("税"); }, all);
  bench.mails("mails: beginning of a word", [](Town& town) { return of_words(town.any(kSurnames) + std::to_string(town.below(2'000)) + "*"); }, all);
  bench.mails("mails: beginning of a common word", [](Town& town) { return of_words(town.any(kSurnames).substr(0, 3) + "*"); }, all);
  bench.mails("mails: nothing there", [](Town& town) { return of_words("存在しない語" + std::to_string(town.below(100))); }, all);
  bench.mails("mails: topic with a name (rare together)", [](Town& town) { return of_words("選挙事務 那覇市 xdw company" + std::to_string(town.below(900))); }, all);
  bench.mails("mails: sender", [](Town& town) {
    MessageQuery query;
    query.sender = town.sender();
    return query;
  }, all);
  bench.mails("mails: sender's domain, recipient", [](Town& town) {
    MessageQuery query;
    query.sender = "@company" + std::to_string(town.below(900)) + ".example.co.jp";
    query.recipient = town.recipient();
    return query;
  }, all);
  bench.mails("mails: recipient within a week", [](Town& town) {
    MessageQuery query;
    query.recipient = town.recipient();
    query.from_ms = kBegin + static_cast<int64_t>(town.below(kSpanMs));
    query.to_ms = query.from_ms + 7 * 86'400'000LL;
    return query;
  }, all);
  for (const char* verdict : {"held", "refused"})
    bench.mails((std::string("mails: verdict ") + verdict).c_str(), [verdict](Town&) {
      MessageQuery query;
      query.verdict = verdict;
      return query;
    }, all);
  bench.mails("mails: of a department", [](Town&) { return MessageQuery{}; }, department);
  bench.mails("mails: of a department, a topic", [](Town& town) { return of_words(town.any(kTopics)); }, department);
}

void measure_items(Bench& bench, const Person& all, const Person& department) {
  const auto of = [](std::vector<ItemState> states, const std::string& reason = "") {
    ItemQuery query;
    query.states = std::move(states);
    query.reason = reason;
    return query;
  };
  bench.items("items: newest", [&](Town&) { return of({}); }, all);
  bench.items("items: held", [&](Town&) { return of({ItemState::held}); }, all);
  bench.items("items: waiting for a decision", [&](Town&) { return of({ItemState::requested, ItemState::approved}); }, all);
  bench.items("items: a reason", [&](Town& town) { return of({}, town.any(kReasons)); }, all);
  bench.items("items: a reason, requested", [&](Town& town) { return of({ItemState::requested}, town.any(kReasons)); }, all);
  bench.items("items: a topic", [&](Town& town) {
    ItemQuery query;
    query.words = town.any(kTopics);
    return query;
  }, all);
  bench.items("items: a file's name, held", [&](Town& town) {
    ItemQuery query = of({ItemState::held});
    query.name = town.any(kTopics) + " " + town.any(kTypes);
    return query;
  }, all);
  bench.items("items: of a department", [&](Town&) { return of({}); }, department);
  bench.items("items: of a department, approved", [&](Town&) { return of({ItemState::approved}); }, department);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  config::Node node;
  node.hostname = "bench";
  node.state = argv[1];
  if (argc > 5) node.database = config::parse_database(argv[5]).value();
  const uint64_t mails = std::strtoull(argv[2], nullptr, 10), items = std::strtoull(argv[3], nullptr, 10);
  Result<std::unique_ptr<Store>> store = Store::open(node);
  if (!store) fail("opening", store.error());
  const Person all{"bench", "bench", Role::administrator, {}, {}};
  const Person department{"bench", "bench", Role::approver, {"ka11.city.example.lg.jp"}, {}};
  Bench bench((*store)->database(), std::atoi(argv[4]));
  if (Bench::check(bench.search().messages(all, {})).rows.empty()) fill(**store, mails, items);
  measure_mails(bench, mails, all, department);
  measure_items(bench, all, department);
  const std::string some = Bench::check(bench.search().messages(all, {})).rows.back().id;
  bench.measure("one mail", [&](Town&) { return Bench::check(bench.search().message(all, some)).replies.size(); });
  for (const Person* by : {&all, &department})
    bench.measure(by == &all ? "figures" : "figures of a department",
                  [&](Town&) { return Bench::check(bench.search().counts(*by, kBegin + kSpanMs)).days.size(); });
}
