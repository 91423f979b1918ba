#include "gateway/audit/audit_log.h"
#include "gateway/spool/spool.h"
#include "gateway/web/console/console.h"
#include "gateway/web/console/rows.h"
#include "gateway/web/format.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

namespace {

constexpr size_t kShown = 200;

bool is_about(const Person& by, const SpooledMessage& message, const RecipientRecord& record) {
  const auto& all = message.header.envelope.recipients;
  return record.recipient < all.size() && !by.own({all[record.recipient].forward_path.text}).empty();
}

std::vector<std::string> pending_recipients(const SpooledMessage& message) {
  std::vector<std::string> out;
  for (const size_t index : message.pending()) out.push_back(message.header.envelope.recipients[index].forward_path.text);
  return out;
}

Response list(Visit& visit, const std::string& problem = {}, int status = 200) {
  const Result<std::unique_ptr<Spool>> spool = Spool::open_existing(visit.config->node.state + "/spool");
  if (!spool) return visit.failed(spool.error());
  Data rows = Data::array();
  size_t shown = 0, more = 0;
  for (const SpoolEntry& entry : (*spool)->scan()) {
    const Result<Spool::Opened> opened = (*spool)->open_message(entry.id, entry.state);
    if (!opened) continue;   // it has just moved on
    const std::vector<std::string> recipients = pending_recipients(opened->message);
    if (!visit.person().sees(recipients)) continue;
    if (shown >= kShown) {
      ++more;
      continue;
    }
    std::string reply;
    for (const RecipientRecord& record : opened->message.records)
      if (record.state == RecipientRecord::State::deferred && is_about(visit.person(), opened->message, record)) reply = record.reply;
    ++shown;
    rows.push_back({{"id", entry.id.text},
                    {"state", to_string(entry.state)},
                    {"state_text", text(visit.language(), "spool_" + std::string(to_string(entry.state)))},
                    {"sender", opened->message.header.envelope.reverse_path.text.empty() ? "<>" : opened->message.header.envelope.reverse_path.text},
                    {"recipients", recipients_data(visit.person().own(recipients))},
                    {"since", local_time(opened->message.header.received_ms)},
                    {"next", entry.state == SpoolState::deferred ? local_time(entry.due_ms) : ""},
                    {"size", size_of(opened->message.content_size)},
                    {"reply", reply}});
  }
  Data data = {{"rows", std::move(rows)}, {"more", more ? Data(grouped(more)) : Data()}, {"can_change", visit.may(Permission::change_queue)}, {"problem", problem}};
  const std::string& done = visit.request.query.get("done");
  if (has_text("done_queue_" + done)) data["done"] = text(visit.language(), "done_queue_" + done);
  return visit.page("queue", "queue", "queue_title", std::move(data), status);
}

// Only mail whose recipients are all theirs to decide for.
bool is_theirs(Visit& visit, const std::string& id) {
  const Result<std::unique_ptr<Spool>> spool = Spool::open_existing(visit.config->node.state + "/spool");
  if (!spool) return false;
  const std::optional<SpoolState> state = (*spool)->find({id});
  if (!state) return false;
  const Result<Spool::Opened> opened = (*spool)->open_message({id}, *state);
  return opened && visit.person().decides_for(pending_recipients(opened->message));
}

Response change(Visit& visit) {
  const std::string verb = visit.request.form.get("verb"), id = visit.request.place.get("id");
  if (verb != "retry" && verb != "hold" && verb != "delete") return list(visit, text(visit.language(), "error_400"), 400);
  if (!is_valid_id(id) || !is_theirs(visit, id)) return list(visit, text(visit.language(), "queue_gone"), 404);
  if (verb == "delete" && visit.request.form.get("sure") != "yes")
    return visit.page("confirm_queue", "queue", "queue_delete_title", {{"id", id}});
  if (const Status recorded = AuditLog(visit.database).record({visit.person().name, visit.person().source, "queue." + verb, id, ""}, visit.now_ms); !recorded)
    return visit.failed(recorded.error());
  if (const Status done = visit.services.queue_command(verb, id); !done) return list(visit, visit.told(done.error()), 409);
  return see_other("/queue?done=" + verb);
}

}  // namespace

void add_queue(Console& console, Router& router) {
  console.get(router, "/queue", Permission::see_queue, [](Visit& visit) { return list(visit); });
  console.post(router, "/queue/{id}", Permission::change_queue, change);
}

}  // namespace mugai::gateway::web
