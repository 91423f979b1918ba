#include "gateway/web/api/representations.h"

#include "gateway/relay/clock.h"

namespace mugai::gateway::web {

using nlohmann::ordered_json;

namespace {

ordered_json time_json(int64_t ms) { return ms == 0 ? ordered_json(nullptr) : ordered_json(iso8601(ms)); }

ordered_json row_json(const ItemRow& row) {
  return {{"id", row.id},
          {"state", to_string(row.state)},
          {"message", row.message},
          {"whole_message", row.whole_message},
          {"sender", row.sender},
          {"recipients", row.recipients},
          {"subject", row.subject},
          {"name", row.name},
          {"detected", row.detected},
          {"reasons", row.reasons},
          {"since", iso8601(row.since_ms)},
          {"size", row.size}};
}

ordered_json row_json(const MailRow& row) {
  return {{"id", row.id},
          {"received", iso8601(row.received_ms)},
          {"message_id", row.message_id},
          {"zone", row.zone},
          {"client", row.client},
          {"sender", row.sender},
          {"recipients", row.recipients},
          {"subject", row.subject},
          {"profile", row.profile},
          {"verdict", row.verdict},
          {"size", row.size}};
}

template <class Reply>
ordered_json replies_json(const std::vector<Reply>& replies) {
  ordered_json out = ordered_json::array();
  for (const Reply& one : replies)
    out.push_back({{"recipient", one.recipient}, {"state", one.state}, {"reply", one.reply}, {"at", iso8601(one.at_ms)}});
  return out;
}

template <class Row>
ordered_json rows_json(const std::vector<Row>& rows) {
  ordered_json out = ordered_json::array();
  for (const Row& row : rows) out.push_back(row_json(row));
  return out;
}

}  // namespace

ordered_json page_json(ordered_json rows, const std::string& next) {
  return {{"items", std::move(rows)}, {"next", next.empty() ? ordered_json(nullptr) : ordered_json(next)}};
}

ordered_json page_json(const Page<ItemRow>& page) { return page_json(rows_json(page.rows), page.next); }
ordered_json page_json(const Page<MailRow>& page) { return page_json(rows_json(page.rows), page.next); }

ordered_json item_json(const ItemRecord& item, const std::vector<ItemReply>& replies) {
  return {{"id", item.id},
          {"state", to_string(item.state)},
          {"message", item.message},
          {"whole_message", item.whole_message},
          {"zone", item.zone},
          {"profile", item.profile},
          {"sender", item.sender},
          {"recipients", item.recipients},
          {"subject", item.subject},
          {"name", item.name},
          {"detected", item.detected},
          {"reasons", item.reasons},
          {"since", iso8601(item.since_ms)},
          {"size", item.size},
          {"sha256", item.sha256},
          {"kept", item.kept},
          {"requested_by", item.requested_by},
          {"request_reason", item.request_reason},
          {"requested", time_json(item.requested_ms)},
          {"decided_by", item.decided_by},
          {"decision_reason", item.decision_reason},
          {"decided", time_json(item.decided_ms)},
          {"last_answer", item.last_answer},
          {"replies", replies_json(replies)}};
}

ordered_json mail_json(const Mail& mail) {
  ordered_json out = row_json(static_cast<const MailRow&>(mail));
  ordered_json report = ordered_json::parse(mail.report_json, nullptr, false);
  // Relayed mail is not looked into and has none.
  out["report"] = report.is_object() && !report.empty() ? std::move(report) : ordered_json(nullptr);
  out["replies"] = replies_json(mail.replies);
  out["held"] = rows_json(mail.items);
  return out;
}

ordered_json audit_json(const AuditRecord& record) {
  const ordered_json detail = ordered_json::parse(record.detail, nullptr, false);
  return {{"seq", record.seq},
          {"at", iso8601(record.at_ms)},
          {"actor", record.actor},
          {"source", record.source},
          {"action", record.action},
          {"object", record.object},
          {"detail", detail.is_object() ? detail : ordered_json::object()},
          {"hash", record.hash}};
}

}  // namespace mugai::gateway::web
