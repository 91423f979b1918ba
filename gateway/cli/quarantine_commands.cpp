#include <cstdio>
#include <nlohmann/json.hpp>

#include "gateway/cli/cli.h"
#include "gateway/keep/store.h"
#include "gateway/relay/clock.h"
#include "sanitizers/reasons.h"

namespace mugai::gateway::cli {

using nlohmann::ordered_json;

namespace {

ordered_json row_json(const QuarantineRow& row) {
  return {{"id", row.id},           {"state", row.state},     {"message", row.message},   {"sender", row.sender},
          {"recipients", row.recipients}, {"subject", row.subject}, {"name", row.name}, {"detected", row.detected},
          {"reasons", row.reasons}, {"since", iso8601(row.since_ms)}, {"size", row.size}, {"sha256", row.sha256}};
}

std::string dump(const ordered_json& value) { return value.dump(2, ' ', false, ordered_json::error_handler_t::replace); }

Result<std::unique_ptr<Store>> open_store(const QueueOptions& options, int& status) {
  const Result<config::Config> config = load_config(options.config);
  status = kUsage;
  if (!config) return config.error();
  status = kCouldNot;
  return Store::open_existing(config->node);
}

}  // namespace

int quarantine_list(const QueueOptions& options) {
  int status = kOk;
  const Result<std::unique_ptr<Store>> store = open_store(options, status);
  if (!store) return complain(store.error(), status);
  const Result<std::vector<QuarantineRow>> rows = (*store)->quarantine();
  if (!rows) return complain(rows.error(), kCouldNot);
  if (options.json) {
    ordered_json all = ordered_json::array();
    for (const QuarantineRow& row : *rows) all.push_back(row_json(row));
    std::printf("%s\n", dump(all).c_str());
    return kOk;
  }
  for (const QuarantineRow& row : *rows) {
    std::string reasons;
    for (const std::string& id : row.reasons) reasons += (reasons.empty() ? "" : ",") + id;
    std::printf("%s  %s  %s  <%s>  %s  [%s]\n", row.id.c_str(), row.state.c_str(), iso8601(row.since_ms).c_str(),
                row.sender.c_str(), row.name.c_str(), reasons.c_str());
  }
  if (rows->empty()) std::printf("Nothing is held.\n");
  return kOk;
}

int quarantine_show(const QueueOptions& options) {
  int status = kOk;
  const Result<std::unique_ptr<Store>> store = open_store(options, status);
  if (!store) return complain(store.error(), status);
  const Result<QuarantineRow> row = (*store)->quarantine_item(options.ids.front());
  if (!row) return complain(row.error(), kCouldNot);
  ordered_json out = row_json(*row);
  ordered_json why = ordered_json::array();
  for (const std::string& id : row->reasons) {
    const sanitize::ReasonText text = sanitize::reason_text(id);
    why.push_back({{"id", id}, {"ja", text.ja}, {"en", text.en}});
  }
  out["why"] = std::move(why);
  if (const Result<std::string> report = (*store)->report_of(row->message))
    out["report"] = ordered_json::parse(*report, nullptr, false);
  if (options.json) {
    std::printf("%s\n", dump(out).c_str());
    return kOk;
  }
  std::string recipients;
  for (const std::string& one : row->recipients) recipients += " " + one;
  std::printf("Item:       %s (%s)\nMessage:    %s\nFrom:       <%s>\nTo:        %s\nSubject:    %s\nFile:       %s\n"
              "Type:       %s\nSize:       %llu\nSHA-256:    %s\nSince:      %s\n",
              row->id.c_str(), row->state.c_str(), row->message.c_str(), row->sender.c_str(), recipients.c_str(),
              row->subject.c_str(), row->name.c_str(), row->detected.c_str(), static_cast<unsigned long long>(row->size),
              row->sha256.c_str(), iso8601(row->since_ms).c_str());
  for (const ordered_json& one : out["why"])
    std::printf("Why:        %s: %s / %s\n", one["id"].get<std::string>().c_str(), one["ja"].get<std::string>().c_str(),
                one["en"].get<std::string>().c_str());
  return kOk;
}

}  // namespace mugai::gateway::cli
