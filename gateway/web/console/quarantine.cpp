#include "gateway/web/console/console.h"
#include "gateway/web/console/rows.h"
#include "gateway/web/format.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

namespace {

constexpr std::array kStates{ItemState::held,     ItemState::requested, ItemState::approved, ItemState::releasing,
                             ItemState::released, ItemState::denied,    ItemState::deleted,  ItemState::expired};

// Where nothing is chosen the list shows what waits for somebody.
ItemQuery query_of(const Fields& asked) {
  ItemQuery query;
  query.words = asked.get("words");
  query.sender = asked.get("sender");
  query.recipient = asked.get("recipient");
  query.subject = asked.get("subject");
  query.name = asked.get("name");
  query.reason = asked.get("reason");
  query.cursor = asked.get("cursor");
  query.from_ms = day_ms(asked.get("from")).value_or(0);
  query.to_ms = day_ms(asked.get("to"), 1).value_or(0);
  const std::string& state = asked.get("state");
  if (const auto one = item_state_from(state)) query.states = {*one};
  else if (state != "all") query.states = {ItemState::held, ItemState::requested, ItemState::approved};
  return query;
}

Data states_data(const Fields& asked, std::string_view language) {
  Data out = Data::array();
  const std::string& chosen = asked.get("state");
  out.push_back({{"value", "open"}, {"label", text(language, "state_open")}, {"chosen", chosen.empty() || chosen == "open"}});
  for (const ItemState state : kStates)
    out.push_back({{"value", to_string(state)}, {"label", state_text(state, language)}, {"chosen", chosen == to_string(state)}});
  out.push_back({{"value", "all"}, {"label", text(language, "state_all")}, {"chosen", chosen == "all"}});
  return out;
}

Response list(Visit& visit) {
  const Fields& asked = visit.request.query;
  const Result<Page<ItemRow>> found = Search(visit.database).items(visit.person(), query_of(asked));
  Data data = {{"form", form_data(asked)}, {"states", states_data(asked, visit.language())}, {"rows", Data::array()}};
  data["details"] = !asked.get("sender").empty() || !asked.get("recipient").empty() || !asked.get("subject").empty() ||
                    !asked.get("name").empty() || !asked.get("reason").empty() || !asked.get("from").empty() || !asked.get("to").empty();
  data["can_release"] = visit.may(Permission::release_sanitized);
  data["can_request"] = visit.may(Permission::request_release);
  data["can_deny"] = visit.may(Permission::deny);
  data["can_delete"] = visit.may(Permission::delete_items);
  if (!found) {
    if (found.error().id != "search.words" && found.error().id != "search.cursor") return visit.failed(found.error());
    data["problem"] = visit.told(found.error());
    return visit.page("quarantine", "quarantine", "quarantine_title", std::move(data), 400);
  }
  for (const ItemRow& row : found->rows) data["rows"].push_back(item_data(row, visit.language()));
  data["next"] = next_page(visit.request, found->next);
  data["first"] = asked.get("cursor").empty();
  return visit.page("quarantine", "quarantine", "quarantine_title", std::move(data));
}

}  // namespace

void add_quarantine(Console& console, Router& router) {
  console.get(router, "/quarantine", Permission::see_items, list);
}

}  // namespace mugai::gateway::web
