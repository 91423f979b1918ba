#include "gateway/audit/acts.h"
#include "gateway/audit/audit_log.h"

#include "gateway/web/console/console.h"
#include "gateway/web/format.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

namespace {

constexpr uint32_t kRows = 100;

std::string detail_text(const std::string& json) {
  const Data detail = Data::parse(json, nullptr, false);
  if (!detail.is_object()) return json;
  std::string out;
  for (const auto& [key, value] : detail.items())
    out += (out.empty() ? "" : "; ") + key + ": " +
           (value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Data::error_handler_t::replace));
  return out;
}

// Records do not say whose department they are about: only who sees everybody's mail sees them.
VisitHandler for_who_sees_all(VisitHandler handler) {
  return [handler = std::move(handler)](Visit& visit) {
    if (visit.person().domains.empty()) return handler(visit);
    return visit.page("error", "", "error_title", {{"status", 403}, {"message", text(visit.language(), "error_403")}}, 403);
  };
}

Response list(Visit& visit) {
  AuditLog log(visit.database);
  const int64_t before = number_of(visit.request.query.get("before")).value_or(0);
  const Result<std::vector<AuditRecord>> records = log.newest(before, kRows);
  if (!records) return visit.failed(records.error());
  const Result<AuditHead> head = log.head();
  if (!head) return visit.failed(head.error());
  Data rows = Data::array();
  for (const AuditRecord& one : *records) {
    const ActText act = act_text(one.action);
    rows.push_back({{"seq", one.seq}, {"at", local_time_exact(one.at_ms)}, {"actor", one.actor}, {"source", one.source},
                    {"action", one.action}, {"action_text", visit.language() == "en" ? act.en : act.ja},
                    {"object", one.object}, {"detail", detail_text(one.detail)}, {"hash", one.hash.substr(0, 12)}});
  }
  Data data = {{"rows", std::move(rows)}, {"head", std::to_string(head->seq) + ":" + head->hash}, {"newest", before == 0}};
  if (records->size() == kRows && records->back().seq > 1) data["next"] = "/audit?before=" + std::to_string(records->back().seq);
  return visit.page("audit", "audit", "audit_title", std::move(data));
}

Response verify(Visit& visit) {
  const Result<AuditCheck> check = AuditLog(visit.database).verify(std::nullopt);
  if (!check) return visit.failed(check.error());
  return visit.page("audit_check", "audit", "audit_check_title",
                    {{"good", check->first_bad == 0}, {"records", grouped(static_cast<uint64_t>(check->records))},
                     {"first_bad", check->first_bad}, {"why", text(visit.language(), "audit_why_" + (check->why.empty() ? std::string("changed") : check->why == "cut-off" ? "cut_off" : check->why))}});
}

}  // namespace

void add_audit(Console& console, Router& router) {
  console.get(router, "/audit", Permission::see_audit, for_who_sees_all(list));
  console.get(router, "/audit/check", Permission::see_audit, for_who_sees_all(verify));
}

}  // namespace mugai::gateway::web
