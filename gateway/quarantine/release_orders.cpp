#include "gateway/quarantine/release_orders.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "gateway/audit/audit_log.h"
#include "gateway/quarantine/item_rows.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using nlohmann::ordered_json;

namespace {

std::string_view name_of(ReleaseReply::State state) {
  switch (state) {
    case ReleaseReply::State::delivered: return "delivered";
    case ReleaseReply::State::failed: return "failed";
    case ReleaseReply::State::deferred: break;
  }
  return "deferred";
}

// The state of each recipient, over all orders for this item; delivered once is delivered.
std::set<std::string> served(Database& database, const std::string& item) {
  std::string first = item + "-R", beyond = item + "-S";
  std::vector<std::string> orders, recipients;
  database.session() << "SELECT message, recipient FROM replies WHERE message >= $1 AND message < $2 AND state = 'delivered'",
      into(orders), into(recipients), use(first), use(beyond), now;
  std::set<std::string> out;
  for (size_t i = 0; i < orders.size(); ++i) {
    // What a whole mail was held again for has ids that begin alike.
    const auto order = parse_release_id(orders[i]);
    if (order && order->first == item) out.insert(recipients[i]);
  }
  return out;
}

std::vector<std::string> without(const std::vector<std::string>& recipients, const std::set<std::string>& served) {
  std::vector<std::string> out;
  for (const std::string& one : recipients)
    if (!served.count(one) && std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
  return out;
}

void record(Database& database, const ItemRecord& item, const std::string& action, const std::string& answer, int64_t now_ms) {
  ordered_json detail = {{"release", item.release_id()}, {"way", to_string(item.order.way)}};
  if (!answer.empty()) detail["answer"] = answer;
  AuditLog(database).add({"mugai", "gateway", action, item.id,
                          detail.dump(-1, ' ', false, ordered_json::error_handler_t::replace)}, now_ms);
}

// The item whose newest, unsettled order this is; locked.
std::optional<ItemRecord> locked_order(Database& database, const std::string& release_id) {
  const auto parsed = parse_release_id(release_id);
  if (!parsed) return std::nullopt;
  std::optional<ItemRecord> item = lock_item(database, parsed->first);
  if (!item || item->state != ItemState::releasing || item->release_number != parsed->second) return std::nullopt;
  return item;
}

}  // namespace

std::optional<std::pair<std::string, int64_t>> parse_release_id(const std::string& release_id) {
  const size_t mark = release_id.rfind("-R");
  if (mark == std::string::npos) return std::nullopt;
  int64_t number = 0;
  const char* end = release_id.data() + release_id.size();
  const auto parsed = std::from_chars(release_id.data() + mark + 2, end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number < 1) return std::nullopt;
  return std::pair(release_id.substr(0, mark), number);
}

Result<std::vector<ItemRecord>> ReleaseOrders::claim(int64_t now_ms, int64_t until_ms, size_t most) {
  std::vector<ItemRecord> out;
  const Status done = database_.run_checked([&]() -> Status {
    std::string node = node_;
    Poco::Int64 at = now_ms, until = until_ms, limit = static_cast<Poco::Int64>(most);
    std::string own = shared_vault_ ? "" : node_;
    std::vector<std::string> ids;
    database_.session() << "SELECT id FROM quarantine WHERE state = 'releasing' AND (claimed_by = '' OR claimed_by = $1 OR "
                           "claimed_until_ms < $2) AND ($3 = '' OR node = $4 OR node = '') ORDER BY decided_ms LIMIT $5",
        into(ids), use(node), use(at), use(own), use(own), use(limit), now;
    for (std::string& id : ids) {
      // The conditions once more: what another gateway has claimed in between stays its.
      database_.session() << "UPDATE quarantine SET claimed_by = $1, claimed_until_ms = $2 WHERE id = $3 AND "
                             "state = 'releasing' AND (claimed_by = '' OR claimed_by = $4 OR claimed_until_ms < $5)",
          use(node), use(until), use(id), use(node), use(at), now;
      std::vector<ItemRecord> claimed =
          select_items(database_, "WHERE id = $1 AND state = 'releasing' AND claimed_by = $2", {id, node_});
      out.insert(out.end(), claimed.begin(), claimed.end());
    }
    return Ok{};
  });
  if (!done) return done.error();
  return out;
}

Status ReleaseOrders::renew(int64_t until_ms) {
  return database_.run_checked([&]() -> Status {
    std::string node = node_;
    Poco::Int64 until = until_ms;
    database_.session() << "UPDATE quarantine SET claimed_until_ms = $1 WHERE state = 'releasing' AND claimed_by = $2",
        use(until), use(node), now;
    return Ok{};
  });
}

Result<bool> ReleaseOrders::is_ours(const std::string& release_id) {
  const auto parsed = parse_release_id(release_id);
  if (!parsed) return false;
  try {
    const std::vector<ItemRecord> items = select_items(
        database_, "WHERE id = $1 AND state = 'releasing' AND claimed_by = $2", {parsed->first, node_});
    return !items.empty() && items.front().release_number == parsed->second;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<std::vector<std::string>> ReleaseOrders::remaining(const ItemRecord& item) {
  try {
    return without(item.recipients, served(database_, item.id));
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

void ReleaseOrders::settle(const std::string& release_id, const std::vector<ReleaseReply>& replies, int64_t now_ms) {
  std::optional<ItemRecord> item = locked_order(database_, release_id);
  std::string refused;
  for (const ReleaseReply& one : replies) {
    std::string id = release_id, recipient = one.recipient, state(name_of(one.state)), reply = one.reply;
    Poco::Int64 at = now_ms;
    database_.session() << "INSERT INTO replies (message, recipient, state, reply, at_ms) VALUES ($1,$2,$3,$4,$5) "
                           "ON CONFLICT (message, recipient) DO UPDATE SET state=excluded.state, reply=excluded.reply, "
                           "at_ms=excluded.at_ms",
        use(id), use(recipient), use(state), use(reply), use(at), now;
  }
  if (!item) return;
  std::vector<std::string> rest = without(item->recipients, served(database_, item->id));
  if (rest.empty()) {
    item->state = ItemState::released;
    item->last_answer.clear();
    update_item(database_, *item);
    return record(database_, *item, "quarantine.released", replies.empty() ? "" : replies.back().reply, now_ms);
  }
  std::string id = release_id;
  std::vector<std::string> failed, answers;
  database_.session() << "SELECT recipient, reply FROM replies WHERE message = $1 AND state = 'failed' ORDER BY recipient",
      into(failed), into(answers), use(id), now;
  // Others may still be on their way: the order ends when nobody waits for a further try.
  if (failed.size() < rest.size()) return;
  item->state = ItemState::held;
  item->last_answer = failed.front() + ": " + answers.front();
  update_item(database_, *item);
  record(database_, *item, "quarantine.release-failed", item->last_answer, now_ms);
}

Status ReleaseOrders::give_up(const std::string& release_id, const std::string& answer, int64_t now_ms) {
  return database_.run_checked([&]() -> Status {
    std::optional<ItemRecord> item = locked_order(database_, release_id);
    if (!item) return Ok{};
    item->state = ItemState::held;
    item->last_answer = answer;
    update_item(database_, *item);
    record(database_, *item, "quarantine.release-failed", answer, now_ms);
    return Ok{};
  });
}

}  // namespace mugai::gateway
