#include "gateway/web/console/rows.h"

#include <algorithm>

#include "gateway/web/format.h"
#include "gateway/web/texts.h"
#include "sanitizers/reasons.h"

namespace mugai::gateway::web {

namespace {

constexpr size_t kDeepest = 8;

std::string reason_in(std::string_view id, std::string_view language) {
  const sanitize::ReasonText found = sanitize::reason_text(id);
  return std::string(language == "en" ? found.en : found.ja);
}

}  // namespace

std::string state_text(ItemState state, std::string_view language) { return text(language, "state_" + std::string(to_string(state))); }

Data recipients_data(const std::vector<std::string>& recipients) {
  Data out = {{"first", recipients.empty() ? "" : recipients.front()}, {"more", false}};
  if (recipients.size() > 1) out["more"] = recipients.size() - 1;
  return out;
}

Data reasons_data(const std::vector<std::string>& reasons, std::string_view language) {
  Data out = Data::array();
  for (const std::string& id : reasons) out.push_back({{"id", id}, {"text", reason_in(id, language)}});
  return out;
}

Data item_data(const ItemRow& row, std::string_view language) {
  const std::string reason = row.reasons.empty() ? "" : reason_in(row.reasons.front(), language);
  return {{"id", row.id},
          {"message", row.message},
          {"state", to_string(row.state)},
          {"state_text", state_text(row.state, language)},
          {"whole", row.whole_message},
          {"sender", row.sender.empty() ? "<>" : row.sender},
          {"recipients", recipients_data(row.recipients)},
          {"subject", row.subject.empty() ? text(language, "no_subject") : row.subject},
          {"name", row.whole_message ? text(language, "whole_message") : row.name.empty() ? text(language, "no_name") : row.name},
          {"type", row.detected},
          {"reason", reason},
          {"more_reasons", row.reasons.size() > 1},
          {"since", local_time(row.since_ms)},
          {"size", size_of(row.size)}};
}

Data mail_data(const MailRow& row, std::string_view language) {
  return {{"id", row.id},
          {"received", local_time(row.received_ms)},
          {"received_exact", local_time_exact(row.received_ms)},
          {"zone", row.zone},
          {"client", row.client},
          {"sender", row.sender.empty() ? "<>" : row.sender},
          {"recipients", recipients_data(row.recipients)},
          {"subject", row.subject.empty() ? text(language, "no_subject") : row.subject},
          {"profile", row.profile},
          {"verdict", row.verdict},
          {"verdict_text", text(language, "verdict_" + row.verdict)},
          {"message_id", row.message_id},
          {"size", size_of(row.size)}};
}

Data report_data(const sanitize::Report& report, std::string_view language) {
  Data items = Data::array();
  for (const sanitize::Item& item : report.items) {
    const size_t depth = static_cast<size_t>(std::count_if(item.path.begin(), item.path.end(), [](char c) { return c == '.' || c == '/'; }));
    Data removed = Data::array();
    for (const sanitize::Removed& one : item.removed)
      removed.push_back({{"text", reason_in(one.what, language)}, {"count", one.count}, {"many", one.count > 1}});
    const std::string action(sanitize::to_string(item.action));
    items.push_back({{"path", item.path},
                     {"depth", std::min(depth, kDeepest)},
                     {"name", item.name.empty() ? text(language, "no_name") : item.name},
                     {"output_name", item.output_name},
                     {"renamed", !item.output_name.empty() && item.output_name != item.name},
                     {"declared", item.declared},
                     {"detected", item.detected},
                     {"action", action},
                     {"action_text", text(language, "action_" + action)},
                     {"method", item.method ? text(language, "method_" + std::to_string(item.method)) : ""},
                     {"reasons", reasons_data(item.reasons, language)},
                     {"removed", std::move(removed)},
                     {"size_in", size_of(item.size_in)},
                     {"size_out", item.size_out ? size_of(item.size_out) : ""},
                     {"sha256_in", item.sha256_in},
                     {"sha256_out", item.sha256_out}});
  }
  const std::string verdict(sanitize::to_string(report.verdict));
  return {{"items", std::move(items)},
          {"notes", reasons_data(report.notes, language)},
          {"verdict", verdict},
          {"verdict_text", text(language, "verdict_" + verdict)},
          {"profile", report.profile}};
}

Data form_data(const Fields& query) {
  Data out = Data::object();
  for (const auto& [name, value] : query.list()) out[name] = value;
  return out;
}

std::string next_page(const Request& request, const std::string& cursor) {
  if (cursor.empty()) return "";
  std::string out = request.path + "?";
  for (const auto& [name, value] : request.query.list())
    if (name != "cursor" && !value.empty()) out += url_encode(name) + "=" + url_encode(value) + "&";
  return out + "cursor=" + url_encode(cursor);
}

}  // namespace mugai::gateway::web
