#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "gateway/cli/cli.h"
#include "gateway/cli/quarantine_common.h"
#include "gateway/keep/store.h"
#include "gateway/quarantine/cases.h"
#include "gateway/quarantine/item_rows.h"
#include "gateway/quarantine/retention.h"
#include "gateway/relay/clock.h"
#include "gateway/relay/control.h"
#include "sanitizers/reasons.h"

namespace mugai::gateway::cli {

using nlohmann::ordered_json;

namespace {

Result<std::vector<std::string>> read_passwords(const std::string& file) {
  std::vector<std::string> out;
  if (file.empty()) return out;
  std::ifstream stream;
  if (file != "-") stream.open(file);
  std::istream& in = file == "-" ? std::cin : stream;
  if (!in) return Error{"passwords.read", "cannot read " + file, ""};
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) out.push_back(line);
  return out;
}

std::string socket_of(const config::Config& config) { return config.node.state + "/control.sock"; }

// Each id for itself; the worst status of all.
int each(const QuarantineOptions& options, const std::function<Result<ItemState>(Cases&, const OpenedStore&, const std::string&)>& act,
         const std::function<void(const OpenedStore&, const std::string&)>& after) {
  int status = kOk;
  const Result<OpenedStore> opened = open_store(options, status);
  if (!opened) return complain(opened.error(), status);
  status = kOk;
  Cases cases(*opened->database);
  ordered_json all = ordered_json::array();
  for (const std::string& id : options.ids) {
    const Result<ItemState> state = act(cases, *opened, id);
    if (state) {
      after(*opened, id);
      all.push_back({{"id", id}, {"state", to_string(*state)}});
      if (!options.json) std::printf("%s  %s\n", id.c_str(), std::string(to_string(*state)).c_str());
      continue;
    }
    const int one = state.error().id.starts_with("quarantine.") ? kRefused : kCouldNot;
    status = one == kCouldNot || status == kCouldNot ? kCouldNot : kRefused;
    all.push_back({{"id", id}, {"error", state.error().id}, {"text", state.error().text}});
    if (!options.json) complain(state.error(), one);
  }
  if (options.json) std::printf("%s\n", dump(all).c_str());
  return status;
}

}  // namespace

int quarantine_show(const QuarantineOptions& options) {
  int status = kOk;
  const Result<OpenedStore> opened = open_store(options, status);
  if (!opened) return complain(opened.error(), status);
  Cases cases(*opened->database);
  const Result<ItemRecord> row = cases.find(person_at_the_command_line(), options.ids.front());
  if (!row) return complain(row.error(), kCouldNot);
  ordered_json out = row_json(*row);
  ordered_json why = ordered_json::array();
  for (const std::string& id : row->reasons) {
    const sanitize::ReasonText text = sanitize::reason_text(id);
    why.push_back({{"id", id}, {"ja", text.ja}, {"en", text.en}});
  }
  out["why"] = std::move(why);
  ordered_json replies = ordered_json::array();
  if (const Result<std::vector<ItemReply>> all = cases.replies(person_at_the_command_line(), row->id))
    for (const ItemReply& one : *all)
      replies.push_back({{"recipient", one.recipient}, {"state", one.state}, {"reply", one.reply}, {"at", iso8601(one.at_ms)}});
  out["replies"] = std::move(replies);
  if (const Result<std::unique_ptr<Store>> store = Store::open_existing(opened->config.node))
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
              row->id.c_str(), std::string(to_string(row->state)).c_str(), row->message.c_str(), row->sender.c_str(),
              recipients.c_str(), row->subject.c_str(), row->name.c_str(), row->detected.c_str(),
              static_cast<unsigned long long>(row->size), row->sha256.c_str(), iso8601(row->since_ms).c_str());
  for (const ordered_json& one : out["why"])
    std::printf("Why:        %s: %s / %s\n", one["id"].get<std::string>().c_str(), one["ja"].get<std::string>().c_str(),
                one["en"].get<std::string>().c_str());
  if (!row->requested_by.empty())
    std::printf("Requested:  %s, %s: %s\n", iso8601(row->requested_ms).c_str(), row->requested_by.c_str(), row->request_reason.c_str());
  if (!row->decided_by.empty())
    std::printf("Decided:    %s, %s: %s\n", iso8601(row->decided_ms).c_str(), row->decided_by.c_str(), row->decision_reason.c_str());
  if (!row->last_answer.empty()) std::printf("Last answer: %s\n", row->last_answer.c_str());
  for (const ordered_json& one : out["replies"])
    std::printf("Reply:      %s %s: %s\n", one["at"].get<std::string>().c_str(), one["recipient"].get<std::string>().c_str(),
                one["reply"].get<std::string>().c_str());
  return kOk;
}

int quarantine_release(const QuarantineOptions& options) {
  Result<std::vector<std::string>> passwords = read_passwords(options.passwords);
  if (!passwords) return complain(passwords.error(), kUsage);
  ReleaseOrder order;
  order.way = options.original ? ReleaseWay::original : ReleaseWay::sanitized;
  order.profile = options.profile;
  order.content_checked = options.checked;
  order.reason = options.reason;
  bool running = true;
  const int status = each(options,
      [&](Cases& cases, const OpenedStore& opened, const std::string& id) {
        return cases.release(person_at_the_command_line(), id, order, opened.config, now_ms());
      },
      [&](const OpenedStore& opened, const std::string& id) {
        running &= ask_gateway(socket_of(opened.config), "release", render_release_call({id, *passwords})).has_value();
      });
  if (!running) std::fprintf(stderr, "mugai: the gateway does not run; it will release this when it starts%s\n",
                             passwords->empty() ? "" : ", without the passwords");
  return status;
}

int quarantine_deny(const QuarantineOptions& options) {
  return each(options,
      [&](Cases& cases, const OpenedStore&, const std::string& id) {
        return cases.deny(person_at_the_command_line(), id, options.reason, now_ms());
      },
      [](const OpenedStore&, const std::string&) {});
}

int quarantine_delete(const QuarantineOptions& options) {
  return each(options,
      [&](Cases& cases, const OpenedStore&, const std::string& id) {
        return cases.remove(person_at_the_command_line(), id, options.reason, now_ms());
      },
      [](const OpenedStore& opened, const std::string&) {
        if (ask_gateway(socket_of(opened.config), "sweep", "")) return;
        if (const Result<std::unique_ptr<Vault>> vault = Vault::open(opened.config.vault.directory))
          sweep_vault(*opened.database, **vault);
      });
}

}  // namespace mugai::gateway::cli
