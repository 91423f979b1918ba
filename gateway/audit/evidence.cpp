#include "gateway/audit/evidence.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <charconv>
#include <ctime>
#include <nlohmann/json.hpp>

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using nlohmann::json;

namespace {

constexpr size_t kLump = 500;

int64_t local_ms(int year, int month) {
  std::tm day{};
  day.tm_year = year - 1900;
  day.tm_mon = month - 1;
  day.tm_mday = 1;
  day.tm_isdst = -1;
  return static_cast<int64_t>(std::mktime(&day)) * 1000;
}

std::string text_in(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

void count_pieces(const std::string& report, FlowFigures& figures) {
  const json parsed = json::parse(report, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("items") || !parsed["items"].is_array()) return;
  for (const json& item : parsed["items"]) {
    if (!item.is_object()) continue;
    const std::string action = text_in(item, "action");
    if (action == "held" || action == "locked") ++figures.held;
    else if (action == "removed") ++figures.removed;
    else if (const auto method = item.find("method"); method != item.end() && method->is_number_integer()) {
      const auto number = method->get<int64_t>();
      if (number >= 1 && number <= 4) ++figures.methods[static_cast<size_t>(number)];
    }
  }
}

std::string destinations(const config::Config& config, const std::string& zone, const std::string& profile) {
  std::string out;
  for (const config::Flow& flow : config.flows)
    if (flow.from == zone && flow.profile == profile && out.find(flow.to) == std::string::npos)
      out += (out.empty() ? "" : ", ") + flow.to;
  return out;
}

// A month may be a million reports: lump by lump, along the index of time.
void count_flows(Database& database, const config::Config& config, Evidence& evidence) {
  std::map<std::pair<std::string, std::string>, FlowFigures> by_flow;
  Poco::Int64 after = evidence.month.from_ms(), until = evidence.month.to_ms();
  std::string last;
  for (bool more = true; more;) {
    Poco::Int64 same = after;
    std::vector<std::string> id, zone, profile, verdict, report;
    std::vector<Poco::Int64> at;
    database.session() << "SELECT id, received_ms, zone, profile, verdict, report FROM messages WHERE received_ms >= $1 AND "
                          "received_ms < $2 AND (received_ms > $3 OR id > $4) ORDER BY received_ms, id LIMIT " + std::to_string(kLump),
        use(after), use(until), use(same), use(last), into(id), into(at), into(zone), into(profile), into(verdict),
        into(report), now;
    for (size_t i = 0; i < id.size(); ++i) {
      FlowFigures& figures = by_flow[{zone[i], profile[i]}];
      ++figures.mails;
      ++figures.verdicts[verdict[i]];
      count_pieces(report[i], figures);
    }
    more = id.size() == kLump;
    if (!id.empty()) {
      after = at.back();
      last = id.back();
    }
  }
  for (auto& [key, figures] : by_flow) {
    figures.zone = key.first;
    figures.profile = key.second;
    figures.to = destinations(config, key.first, key.second);
    evidence.flows.push_back(std::move(figures));
  }
}

void describe_item(Database& database, ReleaseRecord& release) {
  std::string id = release.item;
  database.session() << "SELECT state, name, sender, recipients FROM quarantine WHERE id = $1", use(id), into(release.state),
      into(release.name), into(release.sender), into(release.recipients), now;
}

Status list_releases(Database& database, Evidence& evidence) {
  constexpr std::string_view kPrefix = "quarantine.";
  const Status walked = AuditLog(database).each([&](const AuditRecord& record) {
    const bool within = record.at_ms >= evidence.month.from_ms() && record.at_ms < evidence.month.to_ms();
    // What the gateway lets expire is retention, not a decision.
    if (!within || !record.action.starts_with(kPrefix) || record.actor == "mugai") return true;
    const json detail = json::parse(record.detail, nullptr, false);
    const json fields = detail.is_object() ? detail : json::object();
    ReleaseRecord release;
    release.at_ms = record.at_ms;
    release.act = record.action.substr(kPrefix.size());
    release.item = record.object;
    release.by = record.actor;
    release.way = text_in(fields, "way");
    release.approved_by = text_in(fields, "approved_by");
    release.requested_by = text_in(fields, "requested_by");
    release.reason = text_in(fields, "reason");
    evidence.releases.push_back(std::move(release));
    return true;
  });
  if (!walked) return walked;
  for (ReleaseRecord& release : evidence.releases) describe_item(database, release);
  return Ok{};
}

void add_failures(Evidence& evidence, const std::string& kind, const std::vector<Poco::Int64>& at,
                  const std::vector<std::string>& message, const std::vector<std::string>& recipient,
                  const std::vector<std::string>& detail) {
  for (size_t i = 0; i < at.size() && evidence.failures.size() < Evidence::kMaxFailures; ++i)
    evidence.failures.push_back({kind, at[i], message[i], recipient[i], detail[i]});
}

void list_failures(Database& database, Evidence& evidence) {
  Poco::Int64 from = evidence.month.from_ms(), to = evidence.month.to_ms(), undelivered = 0, failed = 0;
  const std::string limit = " LIMIT " + std::to_string(Evidence::kMaxFailures);
  const std::string replies = " FROM replies WHERE at_ms >= $1 AND at_ms < $2 AND state = 'failed'";
  // What a worker was lost with, or too slow for, is held whole for one of these reasons.
  const std::string items = " FROM quarantine WHERE since_ms >= $1 AND since_ms < $2 AND (reasons LIKE '%\"worker-failed\"%' OR "
                            "reasons LIKE '%\"time-out\"%' OR reasons LIKE '%\"virus-scan-failed\"%')";
  Poco::Data::Session& data = database.session();
  data << "SELECT count(*)" + replies, use(from), use(to), into(undelivered), now;
  data << "SELECT count(*)" + items, use(from), use(to), into(failed), now;
  evidence.undelivered = static_cast<uint64_t>(undelivered);
  evidence.treatment_failures = static_cast<uint64_t>(failed);
  std::vector<Poco::Int64> at;
  std::vector<std::string> message, recipient, detail;
  data << "SELECT at_ms, message, recipient, reply" + replies + " ORDER BY at_ms" + limit, use(from), use(to), into(at),
      into(message), into(recipient), into(detail), now;
  add_failures(evidence, "undelivered", at, message, recipient, detail);
  std::vector<Poco::Int64> item_at;
  std::vector<std::string> item_message, item_recipients, reasons;
  data << "SELECT since_ms, message, recipients, reasons" + items + " ORDER BY since_ms" + limit, use(from), use(to), into(item_at),
      into(item_message), into(item_recipients), into(reasons), now;
  add_failures(evidence, "treatment", item_at, item_message, item_recipients, reasons);
}

AccountFigures count_accounts(Database& database) {
  Poco::Int64 people = 0, may_release = 0, without = 0;
  const std::string who = "SELECT count(*) FROM users WHERE disabled = 0";
  const std::string releasing = who + " AND role IN ('administrator', 'operator', 'approver')";
  database.session() << who, into(people), now;
  database.session() << releasing, into(may_release), now;
  database.session() << releasing + " AND totp_secret = ''", into(without), now;
  return {static_cast<uint64_t>(people), static_cast<uint64_t>(may_release), static_cast<uint64_t>(without)};
}

}  // namespace

std::string Month::text() const {
  std::array<char, 16> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02d", year, month);
  return out.data();
}

int64_t Month::from_ms() const { return local_ms(year, month); }
int64_t Month::to_ms() const { return local_ms(year, month + 1); }

Result<Month> Month::parse(const std::string& text) {
  Month month;
  const char* const data = text.data();
  const bool read = text.size() == 7 && text[4] == '-' && std::from_chars(data, data + 4, month.year).ptr == data + 4 &&
                    std::from_chars(data + 5, data + 7, month.month).ptr == data + 7;
  if (!read || month.year < 1990 || month.month < 1 || month.month > 12)
    return Error{"evidence.month", "write the month as 2026-11", text};
  return month;
}

Result<Evidence> gather_evidence(Database& database, const config::Config& config, const Month& month, int64_t now_ms) {
  Evidence evidence;
  evidence.month = month;
  evidence.hostname = config.node.hostname;
  evidence.made_ms = now_ms;
  try {
    count_flows(database, config, evidence);
    if (const Status listed = list_releases(database, evidence); !listed) return listed.error();
    list_failures(database, evidence);
    const Result<AuditCheck> check = AuditLog(database).verify(std::nullopt);
    if (!check) return check.error();
    evidence.audit = *check;
    evidence.findings = self_check(config, count_accounts(database));
    return evidence;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

}  // namespace mugai::gateway
