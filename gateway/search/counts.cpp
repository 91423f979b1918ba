#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <ctime>

#include "gateway/search/index.h"
#include "gateway/search/match.h"
#include "gateway/search/search.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;

namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr size_t kHours = 24, kDays = 30;

int64_t local_midnight(int64_t ms, int days_before) {
  const std::time_t at = static_cast<std::time_t>(ms / 1000);
  std::tm day{};
  ::localtime_r(&at, &day);
  day.tm_hour = day.tm_min = day.tm_sec = 0;
  day.tm_mday -= days_before;
  day.tm_isdst = -1;
  return static_cast<int64_t>(std::mktime(&day)) * 1000;
}

void enter(std::vector<Slot>& slots, int64_t at_ms, const std::string& verdict, int64_t mails) {
  const auto known = std::find(kVerdicts.begin(), kVerdicts.end(), verdict);
  auto after = std::upper_bound(slots.begin(), slots.end(), at_ms, [](int64_t ms, const Slot& slot) { return ms < slot.from_ms; });
  if (known == kVerdicts.end() || after == slots.begin()) return;
  std::prev(after)->mails[static_cast<size_t>(known - kVerdicts.begin())] += static_cast<uint64_t>(mails);
}

std::string listed(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += out.empty() ? "'" : ", '";
    for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
    out += "'";
  }
  return out;
}

// Whole addresses are not counted ahead: their mails are few, and are read.
void count_addresses(Database& database, const std::vector<std::string>& addresses, int64_t from_ms, Counts& counts) {
  Match match;
  match.limit_to(addresses);
  std::string expression = match.text(database.is_postgresql());
  Poco::Int64 first = from_ms * kPlacesPerMs;
  std::vector<Poco::Int64> at;
  std::vector<std::string> verdict;
  database.session() << (database.is_postgresql()
                             ? "SELECT r.received_ms, r.verdict FROM mail_index i JOIN messages r ON r.id = i.id "
                               "WHERE i.n >= $1 AND i.words @@ CAST($2 AS tsquery)"
                             : "SELECT r.received_ms, r.verdict FROM mail_words w CROSS JOIN mail_index i ON i.n = w.rowid "
                               "CROSS JOIN messages r ON r.id = i.id WHERE w.rowid >= $1 AND mail_words MATCH $2"),
      use(first), use(expression), into(at), into(verdict), now;
  for (size_t i = 0; i < at.size(); ++i) {
    enter(counts.hours, at[i], verdict[i], 1);
    enter(counts.days, at[i], verdict[i], 1);
  }
}

void count_mails(Database& database, const Person& by, Counts& counts) {
  std::vector<std::string> domains, addresses;
  for (const std::string& one : by.domains) (one.find('@') == std::string::npos ? domains : addresses).push_back(one);
  if (by.domains.empty()) domains.emplace_back();
  const int64_t first = std::min(counts.hours.front().from_ms, counts.days.front().from_ms);
  if (!domains.empty()) {
    Poco::Int64 from = first;
    std::vector<Poco::Int64> hour, mails;
    std::vector<std::string> verdict;
    database.session() << "SELECT hour_ms, verdict, CAST(sum(mails) AS BIGINT) FROM mail_counts WHERE domain IN (" +
                              listed(domains) + ") AND hour_ms >= $1 GROUP BY hour_ms, verdict",
        use(from), into(hour), into(verdict), into(mails), now;
    for (size_t i = 0; i < hour.size(); ++i) {
      enter(counts.hours, hour[i], verdict[i], mails[i]);
      enter(counts.days, hour[i], verdict[i], mails[i]);
    }
  }
  if (!addresses.empty()) count_addresses(database, addresses, first, counts);
}

void count_items(Database& database, const Person& by, Counts& counts) {
  std::vector<std::string> state;
  std::vector<Poco::Int64> items;
  Match match;
  match.limit_to(by.domains);
  std::string expression = match.text(database.is_postgresql());
  Poco::Data::Statement select(database.session());
  if (match.empty())
    select << "SELECT state, count(*) FROM quarantine GROUP BY state";
  else if (database.is_postgresql())
    select << "SELECT r.state, count(*) FROM item_index i JOIN quarantine r ON r.id = i.id "
              "WHERE i.words @@ CAST($1 AS tsquery) GROUP BY r.state";
  else
    select << "SELECT r.state, count(*) FROM item_words w CROSS JOIN item_index i ON i.n = w.rowid "
              "CROSS JOIN quarantine r ON r.id = i.id WHERE item_words MATCH $1 GROUP BY r.state";
  if (!match.empty()) select.addBind(use(expression));
  select, into(state), into(items), now;
  for (size_t i = 0; i < state.size(); ++i)
    if (const auto known = item_state_from(state[i])) counts.items[static_cast<size_t>(*known)] += static_cast<uint64_t>(items[i]);
}

}  // namespace

Result<Counts> Search::counts(const Person& by, int64_t now_ms) {
  if (!by.may(Permission::see_messages) && !by.may(Permission::see_items))
    return Error{"search.forbidden", "this is not theirs to see", ""};
  Counts counts;
  const int64_t hour = now_ms / kHourMs * kHourMs;
  for (size_t i = 0; i < kHours; ++i) counts.hours.push_back({hour - static_cast<int64_t>(kHours - 1 - i) * kHourMs, {}});
  for (size_t i = 0; i < kDays; ++i) counts.days.push_back({local_midnight(now_ms, static_cast<int>(kDays - 1 - i)), {}});
  try {
    if (by.may(Permission::see_messages)) count_mails(database_, by, counts);
    if (by.may(Permission::see_items)) count_items(database_, by, counts);
    return counts;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<Totals> Search::totals() {
  try {
    Counts counts;
    count_items(database_, Person{"", "", Role::administrator, {}, {}}, counts);
    Totals totals;
    totals.items = counts.items;
    std::vector<std::string> verdict;
    std::vector<Poco::Int64> mails;
    database_.session() << "SELECT verdict, CAST(sum(mails) AS BIGINT) FROM mail_counts WHERE domain = '' GROUP BY verdict",
        into(verdict), into(mails), now;
    for (size_t i = 0; i < verdict.size(); ++i)
      if (const auto known = std::find(kVerdicts.begin(), kVerdicts.end(), verdict[i]); known != kVerdicts.end())
        totals.mails[static_cast<size_t>(known - kVerdicts.begin())] += static_cast<uint64_t>(mails[i]);
    return totals;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

}  // namespace mugai::gateway
