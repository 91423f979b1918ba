#include "gateway/quarantine/retention.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <nlohmann/json.hpp>

#include "gateway/audit/audit_log.h"
#include "gateway/log.h"
#include "gateway/quarantine/item_rows.h"
#include "gateway/shadow/runs.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;

namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr size_t kLump = 500;   // rows in one transaction, so that mail does not wait long

void complain(const Status& status) {
  if (!status) log::error("retention.failed", {{"error", status.error().id}, {"detail", status.error().detail}});
}

// Deletes in lumps until nothing older is left.
Status forget(Database& database, const std::string& table, const std::string& key, const std::string& where, int64_t before_ms,
              const std::function<void(const std::string&)>& with) {
  for (;;) {
    std::vector<std::string> keys;
    const Status done = database.run_checked([&]() -> Status {
      Poco::Int64 before = before_ms;
      database.session() << "SELECT " + key + " FROM " + table + " WHERE " + where + " LIMIT " + std::to_string(kLump),
          into(keys), use(before), now;
      for (std::string& one : keys) {
        if (with) with(one);
        database.session() << "DELETE FROM " + table + " WHERE " + key + " = $1", use(one), now;
      }
      return Ok{};
    });
    if (!done || keys.size() < kLump) return done;
  }
}

// What nobody decided on in time.
Status expire_items(Database& database, int64_t before_ms, int64_t now_ms) {
  for (;;) {
    std::vector<std::string> ids;
    const Status done = database.run_checked([&]() -> Status {
      Poco::Int64 before = before_ms;
      database.session() << "SELECT id FROM quarantine WHERE state IN ('held', 'requested', 'approved') AND since_ms < $1 "
                            "ORDER BY since_ms LIMIT " + std::to_string(kLump),
          into(ids), use(before), now;
      for (const std::string& id : ids) {
        std::optional<ItemRecord> item = lock_item(database, id);
        if (!item || item->state == ItemState::releasing) continue;
        item->state = ItemState::expired;
        update_item(database, *item);
      }
      if (!ids.empty())
        AuditLog(database).add({"mugai", "gateway", "quarantine.expire", ids.front(),
                                nlohmann::ordered_json({{"items", ids.size()}, {"last", ids.back()}}).dump()}, now_ms);
      return Ok{};
    });
    if (!done) return done;
    if (!ids.empty()) log::info("quarantine.expired", {{"items", std::to_string(ids.size())}});
    if (ids.size() < kLump) return Ok{};
  }
}

// Nothing when somebody has ordered its release since it was found.
Status remove_bytes(Database& database, Vault& vault, const ItemRecord& item) {
  bool gone = false;
  const Status done = database.run_checked([&]() -> Status {
    const std::optional<ItemRecord> current = lock_item(database, item.id);
    if (!current || current->state != item.state) return Ok{};
    if (const Status removed = vault.remove(item.id); !removed) return removed;
    std::string message = item.message, id = item.id;
    Poco::Int64 others = 0;
    database.session() << "UPDATE quarantine SET kept = 0 WHERE id = $1", use(id), now;
    database.session() << "SELECT COUNT(*) FROM quarantine WHERE message = $1 AND kept = 1", into(others), use(message), now;
    gone = true;
    // The original goes with the last thing that was held of it.
    if (others == 0) return vault.remove(item.message);
    return Ok{};
  });
  if (done && gone) log::info("vault.deleted", {{"item", item.id}});
  return done;
}

Status forget_rows(Database& database, const config::Retention& retention, int64_t now_ms) {
  const int64_t before = now_ms - retention.tracking_days * kDayMs;
  const auto replies_of = [&](const std::string& message) {
    std::string id = message;
    database.session() << "DELETE FROM replies WHERE message = $1", use(id), now;
  };
  const auto releases_of = [&](const std::string& item) {
    std::string first = item + "-R", beyond = item + "-S";
    database.session() << "DELETE FROM replies WHERE message >= $1 AND message < $2", use(first), use(beyond), now;
  };
  Status done = forget(database, "quarantine", "id", "since_ms < $1 AND kept = 0 AND state <> 'releasing'", before, releases_of);
  if (done) done = forget(database, "messages", "id", "received_ms < $1", before, replies_of);
  if (!done) return done;
  if (const Status forgotten = ShadowRuns(database).forget(before); !forgotten) return forgotten;
  const Result<int64_t> records = AuditLog(database).forget(now_ms - retention.audit_days * kDayMs, now_ms);
  if (!records) return records.error();
  return Ok{};
}

}  // namespace

void sweep_vault(Database& database, Vault& vault, int64_t before_ms) {
  try {
    const std::vector<ItemRecord> items = select_items(
        database, "WHERE kept = 1 AND (state IN ('deleted', 'expired') OR (state IN ('released', 'denied') AND since_ms < " +
                      std::to_string(before_ms) + "))", {});
    for (const ItemRecord& item : items) {
      if (const Status removed = remove_bytes(database, vault, item); !removed) return complain(removed);
    }
  } catch (const Poco::Exception&) {
    complain(database_error());
  }
}

void apply_retention(Database& database, Vault& vault, const config::Config& config, int64_t now_ms) {
  const int64_t before = now_ms - config.vault.days * kDayMs;
  complain(expire_items(database, before, now_ms));
  sweep_vault(database, vault, before);
  complain(forget_rows(database, config.retention, now_ms));
  constexpr int64_t kDayS = 86'400;
  if (const size_t retired = vault.retire_keys(kDayS, now_ms)) log::info("vault.key-retired", {{"keys", std::to_string(retired)}});
}

}  // namespace mugai::gateway
