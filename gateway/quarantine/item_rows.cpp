#include "gateway/quarantine/item_rows.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <nlohmann/json.hpp>

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using nlohmann::json;

namespace {

std::vector<std::string> list_from(const std::string& text) {
  const json parsed = json::parse(text, nullptr, false);
  std::vector<std::string> out;
  if (parsed.is_array())
    for (const json& one : parsed)
      if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

constexpr const char* kSelect =
    "SELECT id, message, state, whole_message, zone, profile, sender, recipients, subject, name, detected, reasons, "
    "since_ms, size, sha256, kept, requested_by, request_reason, requested_ms, decided_by, decision_reason, decided_ms, "
    "order_way, order_profile, order_checked, order_reason, release_number, last_answer FROM quarantine ";

}  // namespace

std::vector<ItemRecord> select_items(Database& database, const std::string& where, std::vector<std::string> values) {
  ItemRecord row;
  std::string state, recipients, reasons, way;
  Poco::Int64 whole = 0, since = 0, size = 0, kept = 0, requested = 0, decided = 0, checked = 0, number = 0;
  Poco::Data::Statement select(database.session());
  select << kSelect + where, into(row.id), into(row.message), into(state), into(whole), into(row.zone), into(row.profile),
      into(row.sender), into(recipients), into(row.subject), into(row.name), into(row.detected), into(reasons),
      into(since), into(size), into(row.sha256), into(kept), into(row.requested_by), into(row.request_reason),
      into(requested), into(row.decided_by), into(row.decision_reason), into(decided), into(way),
      into(row.order.profile), into(checked), into(row.order.reason), into(number), into(row.last_answer), range(0, 1);
  for (std::string& value : values) select, use(value);
  std::vector<ItemRecord> out;
  while (!select.done()) {
    if (select.execute() == 0) break;
    // A state that we do not know is nothing that anybody may release.
    row.state = item_state_from(state).value_or(ItemState::expired);
    row.whole_message = whole != 0;
    row.recipients = list_from(recipients);
    row.reasons = list_from(reasons);
    row.since_ms = since;
    row.size = static_cast<uint64_t>(size);
    row.kept = kept != 0;
    row.requested_ms = requested;
    row.decided_ms = decided;
    row.order.way = release_way_from(way).value_or(ReleaseWay::sanitized);
    row.order.content_checked = checked != 0;
    row.release_number = number;
    out.push_back(row);
  }
  return out;
}

std::optional<ItemRecord> lock_item(Database& database, const std::string& id) {
  std::string key = id;
  database.session() << "UPDATE quarantine SET state = state WHERE id = $1", use(key), now;
  std::vector<ItemRecord> rows = select_items(database, "WHERE id = $1", {id});
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

void update_item(Database& database, const ItemRecord& item) {
  ItemRecord row = item;
  std::string state(to_string(row.state)), way(to_string(row.order.way));
  Poco::Int64 kept = row.kept ? 1 : 0, requested = row.requested_ms, decided = row.decided_ms;
  Poco::Int64 checked = row.order.content_checked ? 1 : 0, number = row.release_number;
  database.session() << "UPDATE quarantine SET state = $1, kept = $2, requested_by = $3, request_reason = $4, "
                        "requested_ms = $5, decided_by = $6, decision_reason = $7, decided_ms = $8, order_way = $9, "
                        "order_profile = $10, order_checked = $11, order_reason = $12, release_number = $13, "
                        "last_answer = $14 WHERE id = $15",
      use(state), use(kept), use(row.requested_by), use(row.request_reason), use(requested), use(row.decided_by),
      use(row.decision_reason), use(decided), use(way), use(row.order.profile), use(checked), use(row.order.reason),
      use(number), use(row.last_answer), use(row.id), now;
}

}  // namespace mugai::gateway
