// What differs between two treatments of a mail, and trial runs over both databases.
#include <gmock/gmock.h>

#include "gateway/audit/audit_log.h"
#include "gateway/shadow/comparison.h"
#include "gateway/shadow/runs.h"
#include "tests/gateway/databases.h"

namespace mugai::gateway {
namespace {

using sanitize::Action;
using sanitize::Item;
using sanitize::Report;
using sanitize::Verdict;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Item item(std::string path, Action action, int method = 3, std::vector<std::string> reasons = {}, uint64_t size_out = 10'000) {
  Item out;
  out.name = path + ".xlsx";
  out.path = std::move(path);
  out.output_name = action == Action::held ? "" : out.name;
  out.action = action;
  out.method = action == Action::held ? 0 : method;
  out.reasons = std::move(reasons);
  out.size_out = action == Action::held ? 0 : size_out;
  return out;
}

Report report(Verdict verdict, std::vector<Item> items) {
  Report out;
  out.verdict = verdict;
  out.items = std::move(items);
  return out;
}

TEST(ShadowComparison, FindsNothingBetweenLikeReports) {
  Report one = report(Verdict::altered, {item("1", Action::text, 1), item("2", Action::rebuilt, 3, {"macro", "link"})});
  Report other = one;
  other.profile = "candidate";
  other.items[1].reasons = {"link", "macro"};
  other.items[1].size_out += 900;
  EXPECT_TRUE(compare(one, 30'000, other, 31'000).alike());
}

TEST(ShadowComparison, NamesWhatDiffers) {
  const Report real = report(Verdict::altered, {item("1", Action::text, 1), item("2", Action::rebuilt), item("3", Action::rebuilt)});
  Report candidate = report(Verdict::held, {item("1", Action::text, 1), item("2", Action::held, 0, {"policy"}), item("3", Action::rebuilt, 3, {}, 20'000)});
  const Comparison found = compare(real, 50'000, candidate, 30'000);
  EXPECT_THAT(found.kinds, ElementsAre("verdict", "action", "method", "reasons", "name", "size"));
  ASSERT_EQ(found.pieces.size(), 2u);
  EXPECT_EQ(found.pieces[0].path, "2");
  EXPECT_EQ(found.pieces[0].real->action, Action::rebuilt);
  EXPECT_EQ(found.pieces[0].candidate->action, Action::held);
}

TEST(ShadowComparison, SeesWhatIsTakenOutAndNoted) {
  Report real = report(Verdict::altered, {item("1", Action::rebuilt)}), candidate = real;
  real.items[0].removed = {{"script", 2}};
  candidate.items[0].removed = {{"script", 1}};
  candidate.notes = {"bare-cr"};
  EXPECT_THAT(compare(real, 1, candidate, 1).kinds, ElementsAre("removed", "notes"));
}

TEST(ShadowComparison, SeesPartsThatOnlyOneOfThemHas) {
  const Report real = report(Verdict::clean, {item("1", Action::rebuilt), item("2", Action::rebuilt)});
  const Report candidate = report(Verdict::clean, {item("1", Action::rebuilt), item("2/1", Action::rebuilt)});
  const Comparison found = compare(real, 1, candidate, 1);
  EXPECT_THAT(found.kinds, ElementsAre("parts"));
  ASSERT_EQ(found.pieces.size(), 2u);
  EXPECT_FALSE(found.pieces[0].candidate);
  EXPECT_FALSE(found.pieces[1].real);
}

TEST(ShadowComparison, ACandidateThatFailsWouldHaveHeldTheMail) {
  EXPECT_THAT(compare_with_failure(report(Verdict::clean, {}), 1).kinds, ElementsAre("failed", "verdict"));
  EXPECT_THAT(compare_with_failure(report(Verdict::held, {}), 1).kinds, ElementsAre("failed"));
}

TEST(ShadowComparison, IsBoundedAndComesBackAsItWasStored) {
  std::vector<Item> many, others;
  for (int i = 0; i < 2'000; ++i) {
    many.push_back(item(std::to_string(i), Action::rebuilt));
    others.push_back(item(std::to_string(i), Action::held, 0, std::vector<std::string>(500, std::string(2'000, 'x'))));
  }
  const Comparison found = compare(report(Verdict::clean, many), 5, report(Verdict::held, others), 6);
  EXPECT_EQ(found.pieces.size(), Comparison::kMostPieces);
  const std::string stored = to_json(found);
  EXPECT_LT(stored.size(), 500'000u);
  const Comparison back = comparison_from_json(stored);
  EXPECT_EQ(back.size_candidate, 6u);
  ASSERT_EQ(back.pieces.size(), found.pieces.size());
  EXPECT_EQ(back.pieces[3].candidate->action, Action::held);
  EXPECT_THAT(comparison_from_json("{\"pieces\":[1]}").pieces, IsEmpty());
}

const Person kAdministrator{"suzuki", "test", Role::administrator, {}, {}};

class ShadowOnEach : public test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    database = std::move(Database::open(node).value());
    Profile relay;
    relay.relay = true;
    config.profiles = {{"sanitize", Profile{}}, {"candidate", Profile{}}, {"relay", relay}};
  }
  std::string error_of(const std::string& profile, const std::string& candidate, int64_t hours, const Person& by = kAdministrator) {
    const Result<int64_t> started = ShadowRuns(*database).start(by, profile, candidate, hours, config, 1'000);
    return started ? "" : started.error().id;
  }
  std::vector<std::string> acts() {
    std::vector<std::string> out;
    const auto records = AuditLog(*database).newest(0, 20).value();
    for (const AuditRecord& one : records) out.push_back(one.actor + " " + one.action);
    return out;
  }
  static ShadowFinding finding(const std::string& message, int64_t at_ms, std::vector<std::string> kinds) {
    ShadowFinding out{message, at_ms, {}};
    out.comparison.verdict_real = "clean";
    out.comparison.verdict_candidate = "held";
    out.comparison.kinds = std::move(kinds);
    return out;
  }
  std::unique_ptr<Database> database;
  config::Config config;
};
ON_EACH_DATABASE(ShadowOnEach);

TEST_P(ShadowOnEach, OneRunAtATimeStartedByWhoMay) {
  EXPECT_EQ(error_of("sanitize", "sanitize", 24), "shadow.profile");
  EXPECT_EQ(error_of("sanitize", "relay", 24), "shadow.profile");
  EXPECT_EQ(error_of("sanitize", "none", 24), "shadow.profile");
  EXPECT_EQ(error_of("sanitize", "candidate", 0), "shadow.time");
  EXPECT_EQ(error_of("sanitize", "candidate", 169), "shadow.time");
  EXPECT_EQ(error_of("sanitize", "candidate", 24, {"ito", "test", Role::operator_, {}, {}}), "shadow.forbidden");
  EXPECT_EQ(error_of("sanitize", "candidate", 24, {"ito", "test", Role::administrator, {"a.example"}, {}}), "shadow.forbidden");
  EXPECT_THAT(acts(), IsEmpty());
  EXPECT_EQ(error_of("sanitize", "candidate", 24), "");
  EXPECT_EQ(error_of("sanitize", "candidate", 24), "shadow.running");
  const auto run = ShadowRuns(*database).current().value();
  ASSERT_TRUE(run);
  EXPECT_EQ(run->candidate, "candidate");
  EXPECT_EQ(run->ends_ms, 1'000 + 24 * 3'600'000);
  EXPECT_THAT(acts(), ElementsAre("suzuki shadow.start"));
}

TEST_P(ShadowOnEach, EndsOnceWhoeverEndsIt) {
  ASSERT_EQ(error_of("sanitize", "candidate", 1), "");
  ShadowRuns runs(*database);
  EXPECT_TRUE(runs.stop(kAdministrator, 1, 2'000));
  EXPECT_EQ(runs.stop(kAdministrator, 1, 2'000).error().id, "shadow.over");
  EXPECT_TRUE(runs.end(1, "time", 3'000));
  EXPECT_FALSE(runs.current().value());
  EXPECT_EQ(runs.all().value().front().ended_by, "suzuki");
  EXPECT_THAT(acts(), ElementsAre("suzuki shadow.stop", "suzuki shadow.start"));
  ASSERT_EQ(error_of("sanitize", "candidate", 1), "");
  EXPECT_TRUE(runs.end(2, "time", 3'000));
  EXPECT_EQ(acts().front(), "mugai shadow.end");
}

TEST_P(ShadowOnEach, CountsByKindAndListsPageByPage) {
  ASSERT_EQ(error_of("sanitize", "candidate", 24), "");
  ShadowRuns runs(*database);
  std::vector<ShadowFinding> findings{finding("M0", 1, {})};
  for (int i = 1; i <= 70; ++i) findings.push_back(finding("M" + std::to_string(100 + i), 10 + i / 2, i % 2 ? std::vector<std::string>{"verdict", "action"} : std::vector<std::string>{"size"}));
  ASSERT_TRUE(runs.record(1, findings, 3));
  const ShadowRun run = runs.all().value().front();
  EXPECT_EQ(run.compared, 71u);
  EXPECT_EQ(run.different, 70u);
  EXPECT_EQ(run.dropped, 3u);
  const auto counts = runs.counts(1).value();
  EXPECT_EQ(counts.at("verdict"), 35u);
  EXPECT_EQ(counts.at("size"), 35u);
  std::set<std::string> seen;
  const auto first = runs.differences(1, "", "").value();
  for (const auto& row : first.rows) seen.insert(row.message);
  ASSERT_EQ(first.rows.size(), ShadowRuns::kPage);
  const auto second = runs.differences(1, "", first.next).value();
  for (const auto& row : second.rows) seen.insert(row.message);
  EXPECT_EQ(seen.size(), 70u);
  EXPECT_EQ(second.next, "");
  EXPECT_EQ(runs.differences(1, "action", "").value().rows.size(), 35u);
  EXPECT_EQ(runs.differences(1, "", "no cursor").error().id, "search.cursor");
}

TEST_P(ShadowOnEach, WritesNothingForARunThatIsOver) {
  ASSERT_EQ(error_of("sanitize", "candidate", 24), "");
  ShadowRuns runs(*database);
  ASSERT_TRUE(runs.stop(kAdministrator, 1, 2'000));
  ASSERT_TRUE(runs.record(1, {finding("M1", 1, {"size"})}, 0));
  EXPECT_EQ(runs.all().value().front().compared, 0u);
  EXPECT_THAT(runs.differences(1, "", "").value().rows, IsEmpty());
}

TEST_P(ShadowOnEach, KeepsTheNewestRunsAndForgetsWhatIsOld) {
  ShadowRuns runs(*database);
  for (int i = 1; i <= 12; ++i) {
    ASSERT_EQ(error_of("sanitize", "candidate", 24), "");
    ASSERT_TRUE(runs.record(i, {finding("M" + std::to_string(i), i, {"size"})}, 0));
    ASSERT_TRUE(runs.stop(kAdministrator, i, 2'000));
  }
  EXPECT_EQ(runs.all().value().size(), static_cast<size_t>(ShadowRuns::kKeptRuns));
  EXPECT_THAT(runs.differences(2, "", "").value().rows, IsEmpty());
  EXPECT_EQ(runs.differences(12, "", "").value().rows.size(), 1u);
  ASSERT_TRUE(runs.forget(13));
  EXPECT_THAT(runs.differences(12, "", "").value().rows, IsEmpty());
}

}  // namespace
}  // namespace mugai::gateway
