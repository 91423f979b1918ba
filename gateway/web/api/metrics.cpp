#include <string>

#include "gateway/search/search.h"
#include "gateway/web/api/call.h"
#include "gateway/web/api/parameters.h"
#include "gateway/web/api/problem.h"

namespace mugai::gateway::web {

namespace {

// The text format of Prometheus, version 0.0.4. Label values are ids of ours: nothing in them needs escaping.
class Exposition {
 public:
  void family(const char* name, const char* type, const char* help) {
    name_ = name;
    text_ += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
  }
  void sample(uint64_t value, const std::string& labels = "") {
    text_ += name_ + (labels.empty() ? "" : "{" + labels + "}") + " " + std::to_string(value) + "\n";
  }
  void one(const char* name, const char* type, const char* help, uint64_t value) {
    family(name, type, help);
    sample(value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string name_, text_;
};

}  // namespace

Response metrics(const Call& call) {
  only_known(call.request, {});
  // Figures of the whole gateway, so not for somebody of one department.
  if (!call.by.may(Permission::see_metrics) || !call.by.domains.empty())
    return problem(Error{"search.forbidden", "this token may not look at that", ""});
  const Result<Totals> totals = Search(call.database).totals();
  if (!totals) return problem(totals.error());
  const GatewayStatus status = call.services.gateway.status();
  Exposition out;
  out.family("mugai_mails_total", "counter", "Mails treated, by verdict; of all gateways that share the database.");
  for (size_t i = 0; i < kVerdicts.size(); ++i) out.sample(totals->mails[i], std::string("verdict=\"") + kVerdicts[i] + "\"");
  out.family("mugai_items", "gauge", "Held items, by state.");
  for (size_t i = 0; i < totals->items.size(); ++i)
    out.sample(totals->items[i], "state=\"" + std::string(to_string(static_cast<ItemState>(i))) + "\"");
  out.one("mugai_messages_active", "gauge", "Mails in treatment or delivery.", status.messages_active);
  out.one("mugai_messages_waiting", "gauge", "Mails in line.", status.messages_waiting);
  out.one("mugai_workers", "gauge", "Worker processes configured.", status.workers_configured);
  out.one("mugai_work_waiting", "gauge", "Pieces of work that wait for a worker.", status.work_waiting);
  out.one("mugai_vault_bytes", "gauge", "Bytes in the vault.", status.vault_bytes);
  out.one("mugai_vault_full", "gauge", "1 while the vault's quota is used up and mail is answered 451.", status.vault_full ? 1 : 0);
  out.one("mugai_spool_free_bytes", "gauge", "Free bytes on the spool's disk.", status.spool_free_bytes);
  out.one("mugai_process_start_time_seconds", "gauge", "When this gateway started, in seconds since 1970.",
          static_cast<uint64_t>(status.started_ms / 1000));
  Response response;
  response.body = out.take();
  response.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  return response;
}

}  // namespace mugai::gateway::web
