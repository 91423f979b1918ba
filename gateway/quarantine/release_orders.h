// The orders to release that wait in the database, as the gateways that carry them out see them. An order is one item in
// state `releasing`; a gateway claims it before it works on it and renews its claims with renew(), so that of several
// gateways one has it and a dead one's are taken over. An order ends in settle() (the next hop's replies are stored with
// the new state, in one transaction) or in give_up(). Bound to a Database and its thread.
#pragma once

#include <functional>

#include "gateway/database/database.h"
#include "gateway/quarantine/item.h"

namespace mugai::gateway {

struct ReleaseReply {
  std::string recipient;
  enum class State { delivered, deferred, failed } state = State::deferred;
  std::string reply;
};

class ReleaseOrders {
 public:
  // `node` names this gateway among those that share the database. `shared_vault`: it can get at the bytes of every item,
  // so it takes over the orders of others; otherwise only those whose bytes it keeps.
  ReleaseOrders(Database& database, std::string node, bool shared_vault = false)
      : database_(database), node_(std::move(node)), shared_vault_(shared_vault) {}

  // Orders that nobody works on, this gateway's own included; they are this gateway's until `until_ms`.
  Result<std::vector<ItemRecord>> claim(int64_t now_ms, int64_t until_ms, size_t most);
  Status renew(int64_t until_ms);
  // Whether the mail with this id may still be sent: its order is the item's newest, not settled, and this gateway's.
  Result<bool> is_ours(const std::string& release_id);

  // The recipients who have not got it yet from this or an earlier order.
  Result<std::vector<std::string>> remaining(const ItemRecord& item);
  // Only inside of a transaction. When every remaining recipient has got it: released. When one was refused: held, with
  // what the next hop said. Otherwise nothing but the replies changes.
  void settle(const std::string& release_id, const std::vector<ReleaseReply>& replies, int64_t now_ms);
  // Back to held, with the answer for those who look at it. Nothing when the order is not there any more.
  Status give_up(const std::string& release_id, const std::string& answer, int64_t now_ms);

 private:
  Database& database_;
  std::string node_;
  bool shared_vault_;
};

// "261121-00Q0K1-KWT1Z-2-R1" -> "261121-00Q0K1-KWT1Z-2" and 1; nothing for what is no release.
std::optional<std::pair<std::string, int64_t>> parse_release_id(const std::string& release_id);

}  // namespace mugai::gateway
