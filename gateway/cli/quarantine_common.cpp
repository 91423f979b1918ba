#include "gateway/cli/quarantine_common.h"

#include "gateway/relay/clock.h"

namespace mugai::gateway::cli {

using nlohmann::ordered_json;

ordered_json row_json(const ItemRecord& row) {
  ordered_json out = {{"id", row.id}, {"state", to_string(row.state)}, {"message", row.message}, {"sender", row.sender},
                      {"recipients", row.recipients}, {"subject", row.subject}, {"name", row.name},
                      {"detected", row.detected}, {"reasons", row.reasons}, {"since", iso8601(row.since_ms)},
                      {"size", row.size}, {"sha256", row.sha256}, {"whole_message", row.whole_message}, {"kept", row.kept}};
  if (!row.requested_by.empty())
    out["request"] = {{"by", row.requested_by}, {"reason", row.request_reason}, {"at", iso8601(row.requested_ms)}};
  if (!row.decided_by.empty())
    out["decision"] = {{"by", row.decided_by}, {"reason", row.decision_reason}, {"at", iso8601(row.decided_ms)}};
  if (!row.last_answer.empty()) out["last_answer"] = row.last_answer;
  return out;
}

std::string dump(const ordered_json& value) { return value.dump(2, ' ', false, ordered_json::error_handler_t::replace); }

Result<OpenedStore> open_store(const QueueOptions& options, int& status) {
  Result<config::Config> config = load_config(options.config);
  status = kUsage;
  if (!config) return config.error();
  status = kCouldNot;
  Result<std::unique_ptr<Database>> database = Database::open_existing(config->node);
  if (!database) return database.error();
  return OpenedStore{std::move(*config), std::move(*database)};
}

}  // namespace mugai::gateway::cli
