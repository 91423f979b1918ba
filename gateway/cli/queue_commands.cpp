#include <cstdio>
#include <nlohmann/json.hpp>

#include "gateway/cli/cli.h"
#include "gateway/keep/store.h"
#include "gateway/quarantine/release_orders.h"
#include "gateway/relay/clock.h"
#include "gateway/relay/control.h"
#include "gateway/spool/spool.h"

namespace mugai::gateway::cli {

using nlohmann::ordered_json;

namespace {

constexpr std::array<const char*, 4> kRecordStates = {"delivered", "deferred", "failed", "warned"};

std::string dump(const ordered_json& value) { return value.dump(2, ' ', false, ordered_json::error_handler_t::replace); }

struct QueueView {
  std::unique_ptr<Spool> spool;
  std::unique_ptr<Store> store;   // null when the database cannot be opened: the queue is shown without subjects
};

Result<QueueView> open_queue(const config::Config& config) {
  Result<std::unique_ptr<Spool>> spool = Spool::open_existing(config.node.state + "/spool");
  if (!spool) return spool.error();
  QueueView view{std::move(*spool), nullptr};
  if (Result<std::unique_ptr<Store>> store = Store::open_existing(config.node)) view.store = std::move(*store);
  return view;
}

// The subject is known once a worker has read the message.
ordered_json entry_json(const QueueView& view, const SpoolEntry& entry, const SpooledMessage& message) {
  ordered_json recipients = ordered_json::array();
  for (const size_t index : message.pending())
    recipients.push_back(message.header.envelope.recipients[index].forward_path.text);
  std::string last_reply;
  for (const RecipientRecord& record : message.records)
    if (record.state == RecipientRecord::State::deferred) last_reply = record.reply;
  ordered_json out = {{"id", entry.id.text},
                      {"state", to_string(entry.state)},
                      {"sender", message.header.envelope.reverse_path.text},
                      {"recipients", std::move(recipients)},
                      {"subject", view.store ? view.store->subject_of(entry.id.text) : ""},
                      {"since", iso8601(message.header.received_ms)},
                      {"size", message.content_size},
                      {"last_reply", last_reply}};
  if (entry.state == SpoolState::deferred) out["next_attempt"] = iso8601(entry.due_ms);
  return out;
}

}  // namespace

int queue_list(const QueueOptions& options) {
  const Result<config::Config> config = load_config(options.config);
  if (!config) return complain(config.error(), kUsage);
  const Result<QueueView> view = open_queue(*config);
  if (!view) return complain(view.error(), kCouldNot);
  ordered_json all = ordered_json::array();
  for (const SpoolEntry& entry : view->spool->scan()) {
    const Result<Spool::Opened> opened = view->spool->open_message(entry.id, entry.state);
    if (opened) all.push_back(entry_json(*view, entry, opened->message));
  }
  if (options.json) {
    std::printf("%s\n", dump(all).c_str());
    return kOk;
  }
  for (const ordered_json& one : all) {
    std::string recipients;
    for (const ordered_json& address : one["recipients"]) recipients += " " + address.get<std::string>();
    std::printf("%s  %-8s  %s  <%s> ->%s  %s  %s\n", one["id"].get<std::string>().c_str(),
                one["state"].get<std::string>().c_str(), one["since"].get<std::string>().c_str(),
                one["sender"].get<std::string>().c_str(), recipients.c_str(), one["subject"].get<std::string>().c_str(),
                one["last_reply"].get<std::string>().c_str());
  }
  if (all.empty()) std::printf("The queue is empty.\n");
  return kOk;
}

int queue_show(const QueueOptions& options) {
  const Result<config::Config> config = load_config(options.config);
  if (!config) return complain(config.error(), kUsage);
  const Result<QueueView> view = open_queue(*config);
  if (!view) return complain(view.error(), kCouldNot);
  const MessageId id{options.ids.front()};
  const std::optional<SpoolState> state = view->spool->find(id);
  if (!state) return complain({"queue.unknown", "there is no message " + id.text + " in the queue", ""}, kCouldNot);
  const Result<Spool::Opened> opened = view->spool->open_message(id, *state);
  if (!opened) return complain(opened.error(), kCouldNot);
  ordered_json out = entry_json(*view, {id, *state, 0}, opened->message);
  out["zone"] = opened->message.header.zone;
  out["client"] = opened->message.header.client;
  ordered_json history = ordered_json::array();
  for (const RecipientRecord& record : opened->message.records) {
    const auto& all = opened->message.header.envelope.recipients;
    history.push_back({{"at", iso8601(record.at_ms)},
                       {"recipient", record.recipient < all.size() ? all[record.recipient].forward_path.text : ""},
                       {"state", kRecordStates[static_cast<size_t>(record.state)]},
                       {"reply", record.reply}});
  }
  out["history"] = std::move(history);
  std::printf("%s\n", dump(out).c_str());
  return kOk;
}

namespace {

// A release is called off before its mail goes: a crash in between leaves a mail whose order does not stand, and that is
// not delivered; an order without a mail would be begun again.
Status remove(const config::Config& config, Spool& spool, const std::string& id, SpoolState state) {
  if (parse_release_id(id)) {
    const Result<std::unique_ptr<Database>> database = Database::open_existing(config.node);
    if (!database) return database.error();
    if (const Status given_up = ReleaseOrders(**database, config.node.hostname, config.vault.shared)
                                    .give_up(id, "its mail was deleted from the queue", now_ms()); !given_up)
      return given_up;
  }
  return spool.remove({id}, state);
}

}  // namespace

// The running gateway does it; without one, the directories are moved here.
int queue_change(const std::string& verb, const QueueOptions& options) {
  const Result<config::Config> config = load_config(options.config);
  if (!config) return complain(config.error(), kUsage);
  int status = kOk;
  for (const std::string& text : options.ids) {
    if (!is_valid_id(text)) {
      status = complain({"queue.id", "not a message id: " + text, ""}, kUsage);
      continue;
    }
    if (const Status recorded = record_act(*config, "queue." + verb, text, ""); !recorded)
      return complain(recorded.error(), kCouldNot);
    std::optional<Status> answer = ask_gateway(config->node.state + "/control.sock", verb, text);
    if (!answer) {
      const Result<std::unique_ptr<Spool>> spool = Spool::open_existing(config->node.state + "/spool");
      if (!spool) return complain(spool.error(), kCouldNot);
      const std::optional<SpoolState> state = (*spool)->find({text});
      if (!state) answer = Status(Error{"queue.unknown", "there is no message " + text + " in the queue", ""});
      else if (verb == "delete") answer = remove(*config, **spool, text, *state);
      else answer = (*spool)->move({text}, *state, verb == "hold" ? SpoolState::hold : SpoolState::active);
    }
    if (!*answer) status = complain(answer->error(), kCouldNot);
  }
  return status;
}

}  // namespace mugai::gateway::cli
