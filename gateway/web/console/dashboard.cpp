#include "gateway/search/search.h"
#include "gateway/web/console/console.h"
#include "gateway/web/console/plots.h"
#include "gateway/web/format.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

namespace {

// What the gateway itself is doing is for those who see all of its mail.
Data health_of(const Visit& visit) {
  const GatewayStatus status = visit.services.status();
  if (status.started_ms == 0) return {{"unknown", true}};
  const uint64_t quota = visit.config->vault.quota_bytes;
  return {{"active", grouped(status.messages_active)},
          {"waiting", grouped(status.messages_waiting)},
          {"workers", grouped(status.workers_configured)},
          {"work_waiting", grouped(status.work_waiting)},
          {"vault", size_of(status.vault_bytes)},
          {"vault_quota", size_of(quota)},
          {"vault_percent", quota ? std::min<uint64_t>(100, status.vault_bytes * 100 / quota) : 0},
          {"vault_full", status.vault_full},
          {"free", size_of(status.spool_free_bytes)},
          {"since", age(visit.now_ms - status.started_ms, visit.language())}};
}

Data table_of(const std::vector<Slot>& slots, bool days) {
  Data rows = Data::array();
  for (auto slot = slots.rbegin(); slot != slots.rend(); ++slot)
    rows.push_back({{"at", days ? local_time(slot->from_ms).substr(0, 10) : local_time(slot->from_ms)}, {"all", grouped(slot->all())},
                    {"clean", grouped(slot->mails[0])}, {"altered", grouped(slot->mails[1])}, {"held", grouped(slot->mails[2])},
                    {"refused", grouped(slot->mails[3])}, {"relayed", grouped(slot->mails[4])}});
  return rows;
}

Response show(Visit& visit) {
  const Result<Counts> counts = Search(visit.database).counts(visit.person(), visit.now_ms);
  if (!counts) return visit.failed(counts.error());
  const Slot today = counts->days.empty() ? Slot{} : counts->days.back();
  Data data = {{"mails", grouped(today.all())},
               {"clean", grouped(today.mails[0])},
               {"altered", grouped(today.mails[1])},
               {"held", grouped(today.mails[2])},
               {"refused", grouped(today.mails[3])},
               {"relayed", grouped(today.mails[4])},
               {"items_held", grouped(counts->in_state(ItemState::held))},
               {"items_requested", grouped(counts->in_state(ItemState::requested))},
               {"items_approved", grouped(counts->in_state(ItemState::approved))},
               {"items_releasing", grouped(counts->in_state(ItemState::releasing))},
               {"waiting_now", counts->in_state(ItemState::requested) + counts->in_state(ItemState::approved) > 0},
               {"hours", table_of(counts->hours, false)},
               {"days", table_of(counts->days, true)},
               {"now", local_time(visit.now_ms)},
               {"stamp", visit.now_ms / 60'000}};
  if (visit.may(Permission::see_queue) && visit.person().domains.empty()) data["health"] = health_of(visit);
  return visit.page("dashboard", "dashboard", "dashboard_title", std::move(data));
}

Response picture(Visit& visit) {
  const Result<Counts> counts = Search(visit.database).counts(visit.person(), visit.now_ms);
  if (!counts) return visit.failed(counts.error());
  const bool days = visit.request.path == "/plots/days.svg";
  Response out{200, {}, days ? bars(counts->days, "%m/%d", 5) : bars(counts->hours, "%H:00", 4)};
  return out.set("Content-Type", "image/svg+xml");
}

}  // namespace

void add_dashboard(Console& console, Router& router) {
  console.get(router, "/", Permission::see_items, show);
  console.get(router, "/plots/hours.svg", Permission::see_items, picture);
  console.get(router, "/plots/days.svg", Permission::see_items, picture);
}

}  // namespace mugai::gateway::web
