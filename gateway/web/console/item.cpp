#include <algorithm>

#include "gateway/audit/audit_log.h"
#include "gateway/quarantine/cases.h"
#include "gateway/web/console/console.h"
#include "gateway/web/console/preview.h"
#include "gateway/web/console/rows.h"
#include "gateway/web/format.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

namespace {

ItemRow row_of(const ItemRecord& item, const Person& by) {
  return {item.id, item.message, item.state, item.whole_message, item.sender, by.own(item.recipients), item.subject,
          item.name, item.detected, item.reasons, item.since_ms, item.size};
}

std::string item_path(const std::string& id) { return "/quarantine/" + url_encode(id); }

Data replies_data(Cases& cases, const Person& by, const std::string& id, std::string_view language) {
  Data out = Data::array();
  const Result<std::vector<ItemReply>> replies = cases.replies(by, id);
  if (!replies) return out;
  for (const ItemReply& one : *replies)
    out.push_back({{"recipient", one.recipient}, {"state", one.state}, {"state_text", text(language, "delivery_" + one.state)},
                   {"reply", one.reply}, {"at", local_time_exact(one.at_ms)}});
  return out;
}

// Whoever sees the item may not always see the mail.
Data report_of(Visit& visit, const ItemRecord& item) {
  const Result<Mail> mail = Search(visit.database).message(visit.person(), item.message);
  if (!mail) return Data();
  const Result<sanitize::Report> report = sanitize::report_from_json(mail->report_json);
  return report ? report_data(*report, visit.language()) : Data();
}

Data actions_of(const Visit& visit, const ItemRecord& item) {
  const bool open = item.state == ItemState::held || item.state == ItemState::requested || item.state == ItemState::approved;
  const bool may_release = open || item.state == ItemState::denied;
  const bool theirs = visit.person().decides_for(item.recipients);
  Data profiles = Data::array();
  for (const auto& [name, profile] : visit.config->profiles)
    if (!profile.relay) profiles.push_back({{"name", name}, {"chosen", name == item.profile}});
  Data out;
  out["request"] = item.state == ItemState::held && visit.may(Permission::request_release);
  out["release"] = theirs && may_release && item.kept && visit.may(Permission::release_sanitized);
  out["original"] = theirs && may_release && item.kept && visit.may(Permission::release_original);
  out["deny"] = theirs && open && visit.may(Permission::deny);
  out["delete"] = theirs && item.state != ItemState::releasing && item.state != ItemState::deleted &&
                  item.state != ItemState::expired && visit.may(Permission::delete_items);
  out["two_persons"] = wants_two_persons(*visit.config, item);
  out["profiles"] = std::move(profiles);
  out["any"] = out["request"] == true || out["release"] == true || out["original"] == true || out["deny"] == true || out["delete"] == true;
  return out;
}

Response show(Visit& visit, const std::string& problem = {}, int status = 200) {
  Cases cases(visit.database);
  const Result<ItemRecord> item = cases.find(visit.person(), visit.request.place.get("id"));
  if (!item) return visit.failed(item.error());
  Data recipients = Data::array();
  for (const std::string& one : visit.person().own(item->recipients)) recipients.push_back({{"address", one}});
  Data data = {{"item", item_data(row_of(*item, visit.person()), visit.language())},
               {"recipients", std::move(recipients)},
               {"reasons", reasons_data(item->reasons, visit.language())},
               {"sha256", item->sha256},
               {"zone", item->zone},
               {"profile", item->profile},
               {"since", local_time_exact(item->since_ms)},
               {"kept", item->kept},
               {"can_preview", item->kept && visit.may(Permission::see_content)},
               {"can_see_mail", visit.may(Permission::see_messages)},
               {"requested_by", item->requested_by},
               {"request_reason", item->request_reason},
               {"requested", local_time_exact(item->requested_ms)},
               {"decided_by", item->decided_by},
               {"decision_reason", item->decision_reason},
               {"decided", local_time_exact(item->decided_ms)},
               {"order_original", item->release_number > 0 && item->order.way == ReleaseWay::original},
               {"last_answer", item->last_answer},
               {"replies", replies_data(cases, visit.person(), item->id, visit.language())},
               {"report", report_of(visit, *item)},
               {"may", actions_of(visit, *item)},
               {"problem", problem},
               {"reason_given", visit.request.form.get("reason")}};
  const std::string& done = visit.request.query.get("done");
  if (has_text("done_" + done)) data["done"] = text(visit.language(), "done_" + done);
  return visit.page("item", "quarantine", "item_title", std::move(data), status);
}

Response after(Visit& visit, const Result<ItemState>& state) {
  if (state) return see_other(item_path(visit.request.place.get("id")) + "?done=" + std::string(to_string(*state)));
  if (state.error().id == "quarantine.unknown") return visit.failed(state.error());
  return show(visit, visit.told(state.error()), status_of(state.error()));
}

Response release(Visit& visit) {
  const Fields& form = visit.request.form;
  const std::string& id = visit.request.place.get("id");
  ReleaseOrder order;
  const auto way = release_way_from(form.get("way"));
  if (!way) return show(visit, text(visit.language(), "error_400"), 400);
  order.way = *way;
  order.profile = form.get("profile");
  order.content_checked = form.get("checked") == "yes";
  order.reason = form.get("reason");
  if (!form.get("password").empty()) order.passwords = {form.get("password")};
  const Result<ItemState> state = Cases(visit.database).release(visit.person(), id, order, *visit.config, visit.now_ms);
  if (state && *state == ItemState::releasing && visit.services.release_ordered) visit.services.release_ordered(id, order.passwords);
  return after(visit, state);
}

// To look into other people's mail is an act, and on record before anything is shown.
Status record_look(Visit& visit, const ItemRecord& item, const std::string& detail) {
  return AuditLog(visit.database).record({visit.person().name, visit.person().source, "quarantine.preview", item.id, detail}, visit.now_ms);
}

uint32_t page_asked_for(const Visit& visit) {
  return static_cast<uint32_t>(std::clamp<int64_t>(number_of(visit.request.query.get("page")).value_or(1), 1, UINT32_MAX));
}

void show_pages(Data& data, const ItemRecord& item, uint32_t page, uint32_t pages) {
  page = std::min(page, pages);
  const std::string here = item_path(item.id) + "/preview?page=";
  data["pages"] = true;
  data["page"] = page;
  data["page_count"] = pages;
  data["picture"] = item_path(item.id) + "/picture?page=" + std::to_string(page);
  data["previous"] = page > 1 ? here + std::to_string(page - 1) : "";
  data["next"] = page < pages ? here + std::to_string(page + 1) : "";
  data["as_text"] = item_path(item.id) + "/preview?as=text";
}

Response preview(Visit& visit) {
  const Result<ItemRecord> item = Cases(visit.database).find(visit.person(), visit.request.place.get("id"));
  if (!item) return visit.failed(item.error());
  if (const Status recorded = record_look(visit, *item, ""); !recorded) return visit.failed(recorded.error());
  Data data = {{"item", item_data(row_of(*item, visit.person()), visit.language())}};
  const PreviewAs as = visit.request.query.get("as") == "text" ? PreviewAs::text : PreviewAs::pages;
  const Result<Preview> made = item->kept ? preview_of(visit.services, *item, as) : Result<Preview>(Error{"console.no-preview", "", ""});
  if (made) {
    data["text"] = made->text;
    data["cut"] = made->cut;
    if (made->pages > 0) show_pages(data, *item, page_asked_for(visit), made->pages);
    else if (as == PreviewAs::text && !item->whole_message) data["as_pages"] = item_path(item->id) + "/preview";
    data["report"] = report_data(made->report, visit.language());
  } else {
    data["problem"] = visit.told(made.error());
  }
  return visit.page("preview", "quarantine", "preview_title", std::move(data));
}

Response picture(Visit& visit) {
  const Result<ItemRecord> item = Cases(visit.database).find(visit.person(), visit.request.place.get("id"));
  if (!item) return visit.failed(item.error());
  const uint32_t page = page_asked_for(visit);
  if (const Status recorded = record_look(visit, *item, "page " + std::to_string(page)); !recorded) return visit.failed(recorded.error());
  Result<Picture> made = picture_of(visit.services, *item, page);
  if (!made) return visit.failed(made.error());
  Response out{200, {}, std::move(made->bytes)};
  out.set("Content-Type", made->media_type);
  return out.set("Content-Security-Policy", "default-src 'none'; sandbox");
}

}  // namespace

void add_item(Console& console, Router& router) {
  console.get(router, "/quarantine/{id}", Permission::see_items, [](Visit& visit) { return show(visit); });
  console.get(router, "/quarantine/{id}/preview", Permission::see_content, preview);
  console.get(router, "/quarantine/{id}/picture", Permission::see_content, picture);
  console.post(router, "/quarantine/{id}/release", Permission::see_items, release);
  console.post(router, "/quarantine/{id}/request", Permission::request_release, [](Visit& visit) {
    return after(visit, Cases(visit.database).request(visit.person(), visit.request.place.get("id"), visit.request.form.get("reason"), visit.now_ms));
  });
  console.post(router, "/quarantine/{id}/deny", Permission::deny, [](Visit& visit) {
    return after(visit, Cases(visit.database).deny(visit.person(), visit.request.place.get("id"), visit.request.form.get("reason"), visit.now_ms));
  });
  console.post(router, "/quarantine/{id}/delete", Permission::delete_items, [](Visit& visit) {
    return after(visit, Cases(visit.database).remove(visit.person(), visit.request.place.get("id"), visit.request.form.get("reason"), visit.now_ms));
  });
}

}  // namespace mugai::gateway::web
