#include "gateway/audit/audit_log.h"
#include "gateway/relay/clock.h"
#include "gateway/search/search.h"
#include "gateway/spool/spool.h"
#include "gateway/web/api/call.h"
#include "gateway/web/api/parameters.h"
#include "gateway/web/api/problem.h"
#include "gateway/web/api/representations.h"

#include <algorithm>
#include <charconv>

namespace mugai::gateway::web {

using nlohmann::ordered_json;

namespace {

Response forbidden() { return problem(Error{"search.forbidden", "this token may not look at that", ""}); }
Error bad_cursor() { return {"search.cursor", "this page is not one of a list of ours; begin with the first", ""}; }

ordered_json queued_json(Search& search, const Person& by, const SpoolEntry& entry, const SpooledMessage& message, const std::vector<std::string>& pending) {
  const auto& all = message.header.envelope.recipients;
  std::string last_reply;
  for (const RecipientRecord& record : message.records)
    if (record.state == RecipientRecord::State::deferred && record.recipient < all.size() && !by.own({all[record.recipient].forward_path.text}).empty())
      last_reply = record.reply;
  return {{"id", entry.id.text},
          {"state", to_string(entry.state)},
          {"sender", message.header.envelope.reverse_path.text},
          {"recipients", pending},
          {"subject", search.subject(entry.id.text)},
          {"since", iso8601(message.header.received_ms)},
          {"size", message.content_size},
          {"last_reply", last_reply},
          {"next_attempt", entry.state == SpoolState::deferred ? ordered_json(iso8601(entry.due_ms)) : ordered_json(nullptr)}};
}

}  // namespace

Response list_messages(const Call& call) {
  only_known(call.request, {"words", "message_id", "sender", "recipient", "subject", "verdict", "from", "to", "cursor", "limit"});
  MessageQuery query;
  read_window(call.request, query);
  query.words = text(call.request, "words");
  query.message_id = text(call.request, "message_id");
  query.sender = text(call.request, "sender");
  query.recipient = text(call.request, "recipient");
  query.subject = text(call.request, "subject");
  query.verdict = text(call.request, "verdict");
  if (!query.verdict.empty() && std::find(kVerdicts.begin(), kVerdicts.end(), query.verdict) == kVerdicts.end())
    throw BadRequest{{"api.parameter", "parameter verdict: there is no such verdict", ""}};
  const auto page = Search(call.database).messages(call.by, query);
  if (!page) return problem(page.error());
  return json_response(page_json(*page));
}

Response show_message(const Call& call) {
  only_known(call.request, {});
  const Result<Mail> mail = Search(call.database).message(call.by, call.id());
  if (!mail) return problem(mail.error());
  return json_response(mail_json(*mail));
}

// By id, which begins with the time: the cursor is the id that came last. A file that is gone or unreadable by now is left out.
Response list_queue(const Call& call) {
  only_known(call.request, {"cursor", "limit"});
  if (!call.by.may(Permission::see_queue)) return forbidden();
  const uint32_t limit = read_limit(call.request);
  const std::string& cursor = text(call.request, "cursor");
  if (!cursor.empty() && !is_valid_id(cursor)) return problem(bad_cursor());
  const auto config = call.services.gateway.config();
  const Result<std::unique_ptr<Spool>> spool = Spool::open_existing(config->node.state + "/spool");
  if (!spool) return problem(spool.error());
  std::vector<SpoolEntry> all = (*spool)->scan();
  std::sort(all.begin(), all.end(), [](const SpoolEntry& a, const SpoolEntry& b) { return a.id < b.id; });
  Search search(call.database);
  ordered_json rows = ordered_json::array();
  std::string next, last;
  for (const SpoolEntry& entry : all) {
    if (!cursor.empty() && entry.id.text <= cursor) continue;
    const Result<Spool::Opened> opened = (*spool)->open_message(entry.id, entry.state);
    if (!opened) continue;
    std::vector<std::string> pending;
    for (const size_t index : opened->message.pending())
      pending.push_back(opened->message.header.envelope.recipients[index].forward_path.text);
    if (!call.by.sees(pending)) continue;
    if (rows.size() == limit) {
      next = last;
      break;
    }
    rows.push_back(queued_json(search, call.by, entry, opened->message, call.by.own(std::move(pending))));
    last = entry.id.text;
  }
  return json_response(page_json(std::move(rows), next));
}

// Records do not say whose department they are about: only who sees everybody's mail sees them.
Response list_audit(const Call& call) {
  only_known(call.request, {"cursor", "limit"});
  if (!call.by.may(Permission::see_audit) || !call.by.domains.empty()) return forbidden();
  const uint32_t limit = read_limit(call.request);
  int64_t before = 0;
  if (const std::string& cursor = text(call.request, "cursor"); !cursor.empty()) {
    const auto [end, failure] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
    if (failure != std::errc() || end != cursor.data() + cursor.size() || before < 1) return problem(bad_cursor());
  }
  const auto records = AuditLog(call.database).newest(before, limit);
  if (!records) return problem(records.error());
  ordered_json rows = ordered_json::array();
  for (const AuditRecord& record : *records) rows.push_back(audit_json(record));
  const bool more = records->size() == limit && records->back().seq > 1;
  return json_response(page_json(std::move(rows), more ? std::to_string(records->back().seq) : ""));
}

Response simulate(const Call& call) {
  only_known(call.request, {"kind", "name", "profile"});
  if (!call.by.may(Permission::try_out)) return forbidden();
  if (call.request.body.empty())
    throw BadRequest{{"api.body", "body: send the mail or file itself, as application/octet-stream", ""}};
  TryOut what;
  const std::string& kind = text(call.request, "kind");
  if (!kind.empty() && kind != "mail" && kind != "file") throw BadRequest{{"api.parameter", "parameter kind: mail or file", ""}};
  what.kind = kind == "file" ? WorkRequest::Kind::file : WorkRequest::Kind::message;
  what.name = text(call.request, "name");
  what.profile = text(call.request, "profile");
  if (!what.profile.empty()) {
    const auto config = call.services.gateway.config();
    const auto known = config->profiles.find(what.profile);
    if (known == config->profiles.end() || known->second.relay)
      return problem(Error{"simulate.profile", "there is no profile of that name that makes mail safe", ""});
  }
  const Result<TriedOut> tried = call.services.gateway.try_out(what, call.request.body);
  if (!tried) return problem(tried.error());
  return json_response(ordered_json::parse(sanitize::to_json(tried->report)));
}

}  // namespace mugai::gateway::web
