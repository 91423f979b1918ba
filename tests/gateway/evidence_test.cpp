// The evidence of a month over both databases: what is in it, what is not, and that foreign text stays text.
#include "gateway/audit/evidence_output.h"

#include <gmock/gmock.h>

#include "gateway/keep/store.h"
#include "tests/gateway/databases.h"

namespace mugai::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kHour = 3'600'000;
const Month kMonth{2026, 11};

class EvidenceOnEach : public test::OnEachDatabase {
 protected:
  void SetUp() override {
    OnEachDatabase::SetUp();
    if (IsSkipped()) return;
    auto opened = Store::open(node);
    ASSERT_TRUE(opened);
    store = std::move(*opened);
    config.node = node;
    config.profiles["sanitize"];
    config.profiles["relay"].relay = true;
    config::Zone internet, lgwan;
    internet.name = "internet";
    lgwan.name = "lgwan";
    config.zones = {internet, lgwan};
    config::Flow in, out;
    in.from = out.to = "internet";
    in.to = out.from = "lgwan";
    in.profile = "sanitize";
    out.profile = "relay";
    config.flows = {in, out};
  }

  void mail(const std::string& id, int64_t at, const std::string& verdict = "altered") {
    sanitize::Report report;
    report.id = id;
    report.items.push_back({"1", "a.docx", "a.docx", "", "docx", sanitize::Action::rebuilt, 3, {}, {}, 1, 1, "", ""});
    report.items.push_back({"2", "b.txt", "b.txt", "", "text", sanitize::Action::text, 1, {}, {}, 1, 1, "", ""});
    report.items.push_back({"3", "c.exe", "", "", "exe", sanitize::Action::held, 0, {"executable"}, {}, 1, 0, "", ""});
    MessageRow row;
    row.id = id;
    row.received_ms = at;
    row.zone = "internet";
    row.profile = "sanitize";
    row.verdict = verdict;
    row.report_json = sanitize::to_json(report);
    waiting.push_back(std::move(row));
  }
  void item(const std::string& id, const std::string& name, const std::string& reason, int64_t at) {
    QuarantineRow row;
    row.id = id;
    row.message = id;
    row.state = "released";
    row.sender = "a@out.example";
    row.recipients = {"x@zeimu.example"};
    row.name = name;
    row.reasons = {reason};
    row.since_ms = at;
    ASSERT_TRUE(store->transaction(true, [&](Store& to) { to.add(row); }));
  }
  Evidence gather() {
    EXPECT_TRUE(store->transaction(true, [&](Store& to) {
      for (const MessageRow& row : std::exchange(waiting, {})) to.add(row);
    }));
    auto evidence = gather_evidence(store->database(), config, kMonth, kMonth.to_ms());
    EXPECT_TRUE(evidence);
    return std::move(*evidence);
  }
  const Finding& finding(const Evidence& evidence, const std::string& id) {
    return *std::find_if(evidence.findings.begin(), evidence.findings.end(), [&](const Finding& one) { return one.id == id; });
  }

  config::Config config;
  std::unique_ptr<Store> store;
  std::vector<MessageRow> waiting;
};
ON_EACH_DATABASE(EvidenceOnEach);

TEST_P(EvidenceOnEach, CountsTheMailsOfTheMonthByFlowAndMethod) {
  for (int i = 0; i < 1'100; ++i) mail("m" + std::to_string(i), kMonth.from_ms() + i / 400);
  mail("last", kMonth.to_ms() - 1, "held");
  mail("before", kMonth.from_ms() - 1);
  mail("after", kMonth.to_ms());
  const Evidence evidence = gather();
  ASSERT_EQ(evidence.flows.size(), 1u);
  const FlowFigures& flow = evidence.flows[0];
  EXPECT_EQ(flow.to, "lgwan");
  EXPECT_EQ(flow.mails, 1'101u);
  EXPECT_EQ(flow.verdicts.at("held"), 1u);
  EXPECT_EQ(flow.methods[3], 1'101u);
  EXPECT_EQ(flow.methods[1], 1'101u);
  EXPECT_EQ(flow.held, 1'101u);
}

TEST_P(EvidenceOnEach, SaysWhoReleasedWhatAndWhy) {
  item("M-1", "表.xlsm", "macro", kMonth.from_ms());
  AuditLog log(store->database());
  ASSERT_TRUE(log.record({"suzuki", "console", "quarantine.release", "M-1",
                          "{\"way\":\"original\",\"approved_by\":\"sato\",\"reason\":\"業務で必要\"}"}, kMonth.from_ms() + kHour));
  ASSERT_TRUE(log.record({"suzuki", "cli", "queue.retry", "Q", ""}, kMonth.from_ms() + kHour));
  ASSERT_TRUE(log.record({"mugai", "gateway", "quarantine.expire", "X", ""}, kMonth.from_ms() + kHour));
  ASSERT_TRUE(log.record({"suzuki", "cli", "quarantine.deny", "M-2", ""}, kMonth.to_ms() + kHour));
  const Evidence evidence = gather();
  ASSERT_EQ(evidence.releases.size(), 1u);
  const ReleaseRecord& release = evidence.releases[0];
  EXPECT_EQ(release.by + " " + release.approved_by + " " + release.reason, "suzuki sato 業務で必要");
  EXPECT_EQ(release.name, "表.xlsm");
  EXPECT_EQ(release.state, "released");
  EXPECT_EQ(evidence.audit.first_bad, 0);
}

TEST_P(EvidenceOnEach, NamesWhatFailed) {
  item("M-1", "x", "worker-failed", kMonth.from_ms());
  item("M-2", "x", "macro", kMonth.from_ms());
  ASSERT_TRUE(store->transaction(true, [&](Store& to) {
    to.add(ReplyRow{"a", "x@y", "failed", "550 no such user", kMonth.from_ms()});
    to.add(ReplyRow{"b", "x@y", "delivered", "250 ok", kMonth.from_ms()});
    to.add(ReplyRow{"c", "x@y", "failed", "550", kMonth.from_ms() - 1});
  }));
  const Evidence evidence = gather();
  EXPECT_EQ(evidence.undelivered, 1u);
  EXPECT_EQ(evidence.treatment_failures, 1u);
  ASSERT_EQ(evidence.failures.size(), 2u);
  EXPECT_EQ(evidence.failures[0].detail, "550 no such user");
}

TEST_P(EvidenceOnEach, AChangedAuditLogIsInIt) {
  ASSERT_TRUE(AuditLog(store->database()).record({"a", "cli", "x.y", "z", ""}, 1));
  ASSERT_TRUE(store->database().run(true, [&] {
    store->database().session() << "UPDATE audit SET actor = 'b'", Poco::Data::Keywords::now;
  }));
  EXPECT_THAT(evidence_html(gather()), HasSubstr("does not hold from record 1"));
}

TEST_P(EvidenceOnEach, TheSettingsAreLookedAt) {
  EXPECT_FALSE(finding(gather(), "two-person").good);
  EXPECT_FALSE(finding(gather(), "antivirus").good);
  EXPECT_TRUE(finding(gather(), "unchanged-flows").good);
  EXPECT_TRUE(finding(gather(), "second-factor").good);
  config.flows[0].two_person = true;
  config.flows[1].accept_unmodified = true;
  config.antivirus.enabled = true;
  const Evidence evidence = gather();
  EXPECT_TRUE(finding(evidence, "two-person").good);
  EXPECT_TRUE(finding(evidence, "antivirus").good);
  EXPECT_FALSE(finding(evidence, "unchanged-flows").good);
  EXPECT_THAT(finding(evidence, "unchanged-flows").en, HasSubstr("lgwan → internet"));
}

TEST_P(EvidenceOnEach, ForeignTextIsNeitherMarkupNorFormula) {
  item("M-1", "<script>alert(1)</script>", "macro", kMonth.from_ms());
  ASSERT_TRUE(AuditLog(store->database()).record({"suzuki", "cli", "quarantine.deny", "M-1",
                                                  "{\"reason\":\"=cmd|' /C calc'!A0\\n@SUM(1)\"}"}, kMonth.from_ms()));
  const Evidence evidence = gather();
  EXPECT_THAT(evidence_html(evidence), Not(HasSubstr("<script>")));
  EXPECT_THAT(evidence_html(evidence), HasSubstr("&lt;script&gt;"));
  const auto files = evidence_csv(evidence);
  ASSERT_EQ(files.size(), 4u);
  EXPECT_EQ(files[1].first, "evidence-2026-11-decisions.csv");
  EXPECT_THAT(files[1].second, Not(HasSubstr("\"=cmd")));
}

TEST(Month, IsReadStrictly) {
  EXPECT_EQ(Month::parse("2026-11")->text(), "2026-11");
  for (const char* wrong : {"2026-13", "2026-00", "26-11", "2026/11", "2026-1", "2026-1x", "2026-11-01"})
    EXPECT_EQ(Month::parse(wrong).error().id, "evidence.month") << wrong;
  EXPECT_EQ(Month::parse("2026-12")->to_ms(), Month::parse("2027-01")->from_ms());
}

}  // namespace
}  // namespace mugai::gateway
