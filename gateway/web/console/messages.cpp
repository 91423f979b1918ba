#include "gateway/web/console/console.h"
#include "gateway/web/console/rows.h"
#include "gateway/web/format.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

namespace {

Response list(Visit& visit) {
  const Fields& asked = visit.request.query;
  MessageQuery query;
  query.words = asked.get("words");
  query.message_id = asked.get("message_id");
  query.sender = asked.get("sender");
  query.recipient = asked.get("recipient");
  query.subject = asked.get("subject");
  query.verdict = asked.get("verdict");
  query.cursor = asked.get("cursor");
  query.from_ms = day_ms(asked.get("from")).value_or(0);
  query.to_ms = day_ms(asked.get("to"), 1).value_or(0);
  Data verdicts = Data::array();
  for (const char* verdict : kVerdicts)
    verdicts.push_back({{"value", verdict}, {"label", text(visit.language(), std::string("verdict_") + verdict)}, {"chosen", query.verdict == verdict}});
  Data data = {{"form", form_data(asked)}, {"verdicts", std::move(verdicts)}, {"rows", Data::array()}};
  data["details"] = !query.message_id.empty() || !query.sender.empty() || !query.recipient.empty() || !query.subject.empty() ||
                    query.from_ms || query.to_ms;
  const Result<Page<MailRow>> found = Search(visit.database).messages(visit.person(), query);
  if (!found) {
    if (found.error().id != "search.words" && found.error().id != "search.cursor") return visit.failed(found.error());
    data["problem"] = visit.told(found.error());
    return visit.page("messages", "messages", "messages_title", std::move(data), 400);
  }
  for (const MailRow& row : found->rows) data["rows"].push_back(mail_data(row, visit.language()));
  data["next"] = next_page(visit.request, found->next);
  data["first"] = asked.get("cursor").empty();
  return visit.page("messages", "messages", "messages_title", std::move(data));
}

Response show(Visit& visit) {
  const Result<Mail> mail = Search(visit.database).message(visit.person(), visit.request.place.get("id"));
  if (!mail) return visit.failed(mail.error());
  Data recipients = Data::array(), items = Data::array(), replies = Data::array();
  for (const std::string& one : mail->recipients) recipients.push_back({{"address", one}});
  for (const ItemRow& row : mail->items) items.push_back(item_data(row, visit.language()));
  for (const MailReply& one : mail->replies)
    replies.push_back({{"recipient", one.recipient}, {"state", one.state}, {"state_text", text(visit.language(), "delivery_" + one.state)},
                       {"reply", one.reply}, {"at", local_time_exact(one.at_ms)}});
  const Result<sanitize::Report> report = sanitize::report_from_json(mail->report_json);
  return visit.page("message", "messages", "message_title",
                    {{"mail", mail_data(*mail, visit.language())},
                     {"recipients", std::move(recipients)},
                     {"items", std::move(items)},
                     {"replies", std::move(replies)},
                     {"report", report ? report_data(*report, visit.language()) : Data()}});
}

}  // namespace

void add_messages(Console& console, Router& router) {
  console.get(router, "/messages", Permission::see_messages, list);
  console.get(router, "/messages/{id}", Permission::see_messages, show);
}

}  // namespace mugai::gateway::web
