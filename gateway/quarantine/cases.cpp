#include "gateway/quarantine/cases.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <nlohmann/json.hpp>

#include "config/parse.h"
#include "config/routing.h"
#include "gateway/audit/audit_log.h"
#include "gateway/quarantine/item_rows.h"
#include "gateway/quarantine/release_orders.h"
#include "sanitizers/text/scrub.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;
using nlohmann::ordered_json;

namespace {

constexpr size_t kLongestReason = 2'000;   // bytes

Error unknown(const std::string& id) { return {"quarantine.unknown", "there is no held item " + id, ""}; }

Error wrong_state(const ItemRecord& item) {
  return {"quarantine.state", "item " + item.id + " is " + std::string(to_string(item.state)) + ": that cannot be done now", ""};
}

Error forbidden() { return {"quarantine.forbidden", "you may not do that with this item", ""}; }

Error no_reason() { return {"quarantine.reason", "give a reason: it goes into the audit log", ""}; }

// Names come from the console, tokens and the system's users: only the last may have capitals.
bool same_person(const std::string& a, const std::string& b) { return config::lower(a) == config::lower(b); }

bool is_open(ItemState state) {
  return state == ItemState::held || state == ItemState::requested || state == ItemState::approved;
}

std::string detail(std::initializer_list<std::pair<const char*, std::string>> fields) {
  ordered_json out = ordered_json::object();
  for (const auto& [name, value] : fields)
    if (!value.empty()) out[name] = value;
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

// A recipient whom nobody has signed in gives one too, and it is shown in terminals.
std::string clean(const std::string& untrusted_reason) {
  std::string text = sanitize::scrub_line(untrusted_reason);
  if (text.find_first_not_of(' ') == std::string::npos) return {};
  if (text.size() <= kLongestReason) return text;
  size_t end = kLongestReason;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;   // not inside a character
  return text.substr(0, end);
}

void decide(ItemRecord& item, const Person& by, const std::string& reason, int64_t now_ms) {
  item.decided_by = by.name;
  item.decision_reason = clean(reason);
  item.decided_ms = now_ms;
}

}  // namespace

bool wants_two_persons(const config::Config& config, const ItemRecord& item) {
  const config::Zone* from = config.zone(item.zone);
  if (!from) return true;
  for (const std::string& recipient : item.recipients) {
    const config::Flow* flow = config::find_flow(config, *from, item.sender, recipient);
    if (!flow || flow->two_person) return true;
  }
  return false;
}

Result<ItemRecord> Cases::load(const std::string& id) {
  try {
    std::vector<ItemRecord> rows = select_items(database_, "WHERE id = $1", {id});
    if (rows.empty()) return unknown(id);
    return std::move(rows.front());
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<ItemRecord> Cases::find(const Person& by, const std::string& id) {
  if (!by.may(Permission::see_items)) return forbidden();
  Result<ItemRecord> item = load(id);
  if (item && !by.sees(item->recipients)) return unknown(id);
  return item;
}

Result<std::vector<ItemRecord>> Cases::of_message(const Person& by, const std::string& message) {
  if (!by.may(Permission::see_items)) return forbidden();
  try {
    std::vector<ItemRecord> rows = select_items(database_, "WHERE message = $1 ORDER BY since_ms, id", {message});
    std::erase_if(rows, [&](const ItemRecord& one) { return !by.sees(one.recipients); });
    return rows;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<std::vector<ItemReply>> Cases::replies(const Person& by, const std::string& id) {
  try {
    std::vector<ItemReply> out;
    ItemReply row;
    Poco::Int64 at = 0;
    std::string order, first = id + "-R", beyond = id + "-S";
    Poco::Data::Statement select(database_.session());
    select << "SELECT message, recipient, state, reply, at_ms FROM replies WHERE message >= $1 AND message < $2 "
              "ORDER BY at_ms, recipient",
        into(order), into(row.recipient), into(row.state), into(row.reply), into(at), range(0, 1), use(first), use(beyond);
    while (!select.done()) {
      if (select.execute() == 0) break;
      row.at_ms = at;
      if (const auto parsed = parse_release_id(order); parsed && parsed->first == id && !by.own({row.recipient}).empty()) out.push_back(row);
    }
    return out;
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Result<ItemState> Cases::act(const Person& by, const std::string& id, Permission permission,
                             const std::function<Result<AuditEntry>(ItemRecord&)>& decide, int64_t now_ms) {
  if (!by.may(permission)) return forbidden();
  ItemState state = ItemState::held;
  const Status done = database_.run_checked([&]() -> Status {
    std::optional<ItemRecord> item = lock_item(database_, id);
    if (!item || !by.sees(item->recipients)) return unknown(id);
    Result<AuditEntry> entry = decide(*item);
    if (!entry) return entry.error();
    update_item(database_, *item);
    entry->actor = by.name;
    entry->source = by.source;
    entry->object = id;
    AuditLog(database_).add(*entry, now_ms);
    state = item->state;
    return Ok{};
  });
  if (!done) return done.error();
  return state;
}

Result<ItemState> Cases::request(const Person& by, const std::string& id, const std::string& reason, int64_t now_ms) {
  return act(by, id, Permission::request_release, [&](ItemRecord& item) -> Result<AuditEntry> {
    if (item.state != ItemState::held || !item.kept) return wrong_state(item);
    if (clean(reason).empty()) return no_reason();
    item.state = ItemState::requested;
    item.requested_by = by.name;
    item.request_reason = clean(reason);
    item.requested_ms = now_ms;
    return AuditEntry{"", "", "quarantine.request", "", detail({{"reason", item.request_reason}})};
  }, now_ms);
}

Result<ItemState> Cases::release(const Person& by, const std::string& id, const ReleaseOrder& order,
                                 const config::Config& config, int64_t now_ms) {
  const bool original = order.way == ReleaseWay::original;
  const Permission permission = original ? Permission::release_original : Permission::release_sanitized;
  return act(by, id, permission, [&](ItemRecord& item) -> Result<AuditEntry> {
    if (!by.decides_for(item.recipients)) return forbidden();
    if ((!is_open(item.state) && item.state != ItemState::denied) || !item.kept) return wrong_state(item);
    if (original && clean(order.reason).empty()) return no_reason();
    if (original && !order.content_checked)
      return Error{"quarantine.check", "an original is released only after somebody has looked at its content", ""};
    if (!original && !order.profile.empty()) {
      const auto profile = config.profiles.find(order.profile);
      if (profile == config.profiles.end() || profile->second.relay)
        return Error{"quarantine.profile", "there is no profile " + order.profile + " that makes mail safe", ""};
    }
    const bool second = item.state == ItemState::approved && item.order.way == ReleaseWay::original;
    const bool waits = original && !second && wants_two_persons(config, item);
    if (original && second && wants_two_persons(config, item) && (same_person(by.name, item.decided_by) || same_person(by.name, item.requested_by)))
      return Error{"quarantine.second-person", "somebody else must release this: not who approved or asked for it", ""};
    const std::string first = second ? item.decided_by : std::string();
    decide(item, by, order.reason, now_ms);
    item.order = order;
    item.order.reason = clean(order.reason);
    item.last_answer.clear();
    item.state = waits ? ItemState::approved : ItemState::releasing;
    if (!waits) ++item.release_number;
    return AuditEntry{"", "", waits ? "quarantine.approve" : "quarantine.release", "",
                      detail({{"way", std::string(to_string(order.way))},
                              {"profile", order.profile},
                              {"content_checked", original ? "yes" : ""},
                              {"approved_by", first},
                              {"requested_by", item.requested_by},
                              {"sha256", item.sha256},
                              {"reason", item.order.reason}})};
  }, now_ms);
}

Result<ItemState> Cases::deny(const Person& by, const std::string& id, const std::string& reason, int64_t now_ms) {
  return act(by, id, Permission::deny, [&](ItemRecord& item) -> Result<AuditEntry> {
    if (!by.decides_for(item.recipients)) return forbidden();
    if (!is_open(item.state)) return wrong_state(item);
    if (clean(reason).empty()) return no_reason();
    decide(item, by, reason, now_ms);
    item.state = ItemState::denied;
    return AuditEntry{"", "", "quarantine.deny", "", detail({{"reason", item.decision_reason}})};
  }, now_ms);
}

Result<ItemState> Cases::remove(const Person& by, const std::string& id, const std::string& reason, int64_t now_ms) {
  return act(by, id, Permission::delete_items, [&](ItemRecord& item) -> Result<AuditEntry> {
    if (!by.decides_for(item.recipients)) return forbidden();
    if (item.state == ItemState::releasing || item.state == ItemState::deleted || item.state == ItemState::expired)
      return wrong_state(item);
    if (clean(reason).empty()) return no_reason();
    decide(item, by, reason, now_ms);
    item.state = ItemState::deleted;
    return AuditEntry{"", "", "quarantine.delete", "",
                      detail({{"reason", item.decision_reason}, {"name", item.name}, {"sha256", item.sha256}})};
  }, now_ms);
}

}  // namespace mugai::gateway
