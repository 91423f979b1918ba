// What people decide about held things, in the database. Each act is one transaction: one UPDATE that only one of two
// can win, and its audit record; what is not recorded is not done. The order to release is given here and carried out by
// the Releaser. Ids that do not exist and ids that are not theirs to see are the same Error ("quarantine.unknown"). Bound
// to a Database and its thread.
#pragma once

#include <functional>

#include "config/config.h"
#include "gateway/accounts/person.h"
#include "gateway/audit/audit_log.h"
#include "gateway/database/database.h"
#include "gateway/quarantine/item.h"

namespace mugai::gateway {

struct ItemReply {            // of the next hop, to the mail that released an item
  std::string recipient, state, reply;
  int64_t at_ms = 0;
};

class Cases {
 public:
  explicit Cases(Database& database) : database_(database) {}

  Result<ItemRecord> find(const Person& by, const std::string& id);
  // The items of one message (or group of its recipients), in order.
  Result<std::vector<ItemRecord>> of_message(const Person& by, const std::string& message);
  // What the next hop said to each recipient, over all releases; the newest last.
  // Of what the caller has found(); only to recipients of theirs.
  Result<std::vector<ItemReply>> replies(const Person& by, const std::string& id);

  // Each answers the new state. `reason` is kept as one clean line and may not be empty, except for a sanitized release.
  // Errors: "quarantine.unknown", "quarantine.forbidden", "quarantine.state" (it is not in a state for that, or somebody
  // was faster), "quarantine.reason", "quarantine.check" (an original wants content_checked), "quarantine.second-person", "quarantine.profile".
  Result<ItemState> request(const Person& by, const std::string& id, const std::string& reason, int64_t now_ms);
  // releasing; or approved, where the flow wants two persons and `by` is the first of them.
  Result<ItemState> release(const Person& by, const std::string& id, const ReleaseOrder& order,
                            const config::Config& config, int64_t now_ms);
  Result<ItemState> deny(const Person& by, const std::string& id, const std::string& reason, int64_t now_ms);
  // The bytes go with the next sweep of the vault, or at once by whoever has the vault at hand.
  Result<ItemState> remove(const Person& by, const std::string& id, const std::string& reason, int64_t now_ms);

 private:
  Result<ItemRecord> load(const std::string& id);
  // One act: locks the item, lets `decide` change it or refuse, writes both item and audit record (whose who and what
  // for are filled in here).
  Result<ItemState> act(const Person& by, const std::string& id, Permission permission,
                        const std::function<Result<AuditEntry>(ItemRecord&)>& decide, int64_t now_ms);

  Database& database_;
};

// Whether an original of this item needs a second person: what its flow of today says; when no flow is found, it does.
bool wants_two_persons(const config::Config& config, const ItemRecord& item);

}  // namespace mugai::gateway
