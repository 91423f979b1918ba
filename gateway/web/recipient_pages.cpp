#include "gateway/web/recipient_pages.h"

#include "config/parse.h"
#include "gateway/log.h"
#include "gateway/quarantine/cases.h"
#include "gateway/quarantine/digest.h"
#include "gateway/quarantine/request_link.h"
#include "gateway/relay/clock.h"
#include "gateway/web/console/console.h"
#include "gateway/web/console/rows.h"
#include "gateway/web/format.h"
#include "gateway/web/guard.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

namespace {

Response problem(std::string_view id, int status, std::string_view language) {
  return html(outer_page("asked", "ask_title", {{"problem", text(language, id)}}, language), status);
}

Person person_of(const RequestLink& link, const Request& request) {
  return {link.recipient, "link " + request.client_address, Role::requester, {config::lower(link.recipient)}, {}};
}

Data item_of(const ItemRecord& item, std::string_view language) {
  return {{"id", item.id},
          {"name", item.whole_message ? text(language, "ask_whole_mail") : item.name},
          {"reasons", reasons_data(item.reasons, language)},
          {"state", state_text(item.state, language)},
          {"answer", item.state == ItemState::denied ? item.decision_reason : ""},
          {"may_ask", item.state == ItemState::held && item.kept}};
}

}  // namespace

void RecipientPages::add_routes(Router& router) {
  router.add("GET", "/r/{token}", [this](const Request& request) { return show(request); });
  router.add("POST", "/r/{token}", [this](const Request& request) { return ask(request); });
  for (const char* method : {"GET", "POST"})
    router.add(method, "/digest/{token}", [this](const Request& request) { return digest(request); });
}

Response RecipientPages::show(const Request& request) const {
  const std::string language = language_of(request);
  const int64_t at = now_ms();
  if (!guesses_.allows(request.client_address, at)) return problem("ask_too_many", 429, language);
  const std::optional<RequestLink> link = open_request_token(secrets_, request.place.get("token"), at);
  if (!link) {
    if (guesses_.failed(request.client_address, at)) log::warning("link.guessing", {{"source", request.client_address}});
    return problem("ask_no_link", 404, language);
  }
  Result<DatabasePool::Lease> database = pool_.take();
  if (!database) return problem("error_503", 503, language);
  const Result<std::vector<ItemRecord>> items = Cases(**database).of_message(person_of(*link, request), link->message);
  if (!items) {
    database->spoil();
    return problem("error_503", 503, language);
  }
  Data rows = Data::array();
  for (const ItemRecord& item : *items) rows.push_back(item_of(item, language));
  Data data = {{"items", rows},
               {"recipient", link->recipient},
               {"token", request.place.get("token")},
               {"asked", request.query.has("asked")},
               {"other_language", language == "ja" ? "en" : "ja"}};
  if (!items->empty()) {
    data["subject"] = items->front().subject;
    data["sender"] = items->front().sender;
    data["since"] = local_time(items->front().since_ms);
  }
  return html(outer_page("asked", "ask_title", std::move(data), language));
}

Response RecipientPages::ask(const Request& request) const {
  const std::string language = language_of(request);
  const int64_t at = now_ms();
  const std::optional<RequestLink> link = open_request_token(secrets_, request.place.get("token"), at);
  if (!link) return show(request);   // which counts the guess
  if (!is_from_our_pages(request, services_.config()->console)) return problem("error_forged", 403, language);
  if (!requests_.allows(request.client_address, at)) return problem("ask_too_many", 429, language);
  requests_.failed(request.client_address, at);   // every one counts
  Result<DatabasePool::Lease> database = pool_.take();
  if (!database) return problem("error_503", 503, language);
  Cases cases(**database);
  const Person person = person_of(*link, request);
  const std::string id = request.form.get("item");
  // Another mail to the same person has a link of its own.
  const Result<ItemRecord> item = cases.find(person, id);
  if (!item || item->message != link->message) return problem("ask_no_link", 404, language);
  const Result<ItemState> asked = cases.request(person, id, request.form.get("reason"), at);
  if (asked) {
    log::info("release.requested", {{"item", id}, {"recipient", link->recipient}});
    return see_other("/r/" + request.place.get("token") + "?asked=1&language=" + std::string(language));
  }
  return problem(asked.error().id == "quarantine.reason" ? "ask_reason_missing" : "ask_not_now",
                 status_of(asked.error()), language);
}

Response RecipientPages::digest(const Request& request) const {
  const std::string language = language_of(request);
  const int64_t at = now_ms();
  if (!guesses_.allows(request.client_address, at)) return problem("ask_too_many", 429, language);
  const std::optional<std::string> recipient = open_digest_token(secrets_, request.place.get("token"));
  if (!recipient) {
    if (guesses_.failed(request.client_address, at)) log::warning("link.guessing", {{"source", request.client_address}});
    return problem("ask_no_link", 404, language);
  }
  Result<DatabasePool::Lease> database = pool_.take();
  if (!database) return problem("error_503", 503, language);
  Digests digests(**database);
  if (request.method == "POST") {
    if (!is_from_our_pages(request, services_.config()->console)) return problem("error_forged", 403, language);
    if (!digests.want(*recipient, request.form.get("wanted") == "1")) return problem("error_503", 503, language);
    return see_other("/digest/" + url_encode(request.place.get("token")) + "?language=" + language);
  }
  const Result<bool> wanted = digests.is_wanted(*recipient);
  if (!wanted) return problem("error_503", 503, language);
  return html(outer_page("digest", "digest_title",
                         {{"recipient", *recipient}, {"wanted", *wanted}, {"token", request.place.get("token")}}, language));
}

}  // namespace mugai::gateway::web
