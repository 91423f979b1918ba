#include "gateway/search/backlog.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <nlohmann/json.hpp>

#include "gateway/keep/store.h"
#include "gateway/search/rows.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using nlohmann::json;

namespace {

constexpr size_t kLump = 200;

std::vector<std::string> names_in(const std::string& report) {
  const json parsed = json::parse(report, nullptr, false);
  std::vector<std::string> out;
  if (!parsed.is_object() || !parsed.contains("items") || !parsed["items"].is_array()) return out;
  for (const json& item : parsed["items"])
    if (item.is_object() && item.contains("name") && item["name"].is_string()) out.push_back(item["name"].get<std::string>());
  return out;
}

std::string page_of(const char* columns, const char* table) {
  return std::string("SELECT 0, ") + columns + " FROM " + table + " r WHERE r.id > $1 ORDER BY r.id LIMIT " + std::to_string(kLump);
}

void index(Index& to, Database& database, const Found<MailRow>& found) {
  const MailRow& from = found.row;
  MessageRow row;
  row.id = from.id;
  row.received_ms = from.received_ms;
  row.sender = from.sender;
  row.recipients = from.recipients;
  row.subject = from.subject;
  row.verdict = from.verdict;
  row.message_id = from.message_id;
  std::string id = from.id, report;
  database.session() << "SELECT report FROM messages WHERE id = $1", use(id), into(report), now;
  row.names = names_in(report);
  to.add(row);
}

void index(Index& to, Database&, const Found<ItemRow>& found) {
  const ItemRow& from = found.row;
  QuarantineRow row;
  row.id = from.id;
  row.sender = from.sender;
  row.recipients = from.recipients;
  row.subject = from.subject;
  row.name = from.name;
  row.reasons = from.reasons;
  row.since_ms = from.since_ms;
  to.add(row);
}

}  // namespace

size_t Backlog::take(const std::string& what, std::string after) {
  const auto enter = [&](const auto& rows) {
    for (const auto& found : rows) index(index_, database_, found);
    if (!rows.empty()) after = rows.back().row.id;
    return rows.size();
  };
  const size_t taken = what == "messages"
                           ? enter(select_rows<MailRow>(database_, page_of(kMailColumns, "messages"), after))
                           : enter(select_rows<ItemRow>(database_, page_of(kItemColumns, "quarantine"), after));
  index_.flush();
  std::string key = what;
  if (taken < kLump) database_.session() << "DELETE FROM index_backlog WHERE what = $1", use(key), now;
  else database_.session() << "UPDATE index_backlog SET done_to = $1 WHERE what = $2", use(after), use(key), now;
  return taken;
}

Result<size_t> Backlog::step() {
  size_t taken = 0;
  try {
    // Most of the time there is nothing to do, and so nothing to lock.
    Poco::Int64 open = 0;
    database_.session() << "SELECT count(*) FROM index_backlog", into(open), now;
    if (open == 0) return taken;
  } catch (const Poco::Exception&) {
    return database_error();
  }
  index_.reset();
  const Status done = database_.run(false, [&] {
    // The first statement takes the lock of a row that others want, too.
    database_.session() << "UPDATE index_backlog SET done_to = done_to", now;
    std::vector<std::string> what, after;
    database_.session() << "SELECT what, done_to FROM index_backlog ORDER BY what LIMIT 1", into(what), into(after), now;
    if (!what.empty()) taken = std::max<size_t>(1, take(what[0], after[0]));
  });
  if (!done) return done.error();
  return taken;
}

}  // namespace mugai::gateway
