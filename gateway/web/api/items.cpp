#include "gateway/quarantine/cases.h"
#include "gateway/search/search.h"
#include "gateway/web/api/call.h"
#include "gateway/web/api/parameters.h"
#include "gateway/web/api/problem.h"
#include "gateway/web/api/representations.h"

namespace mugai::gateway::web {

using nlohmann::json;
using nlohmann::ordered_json;

Response list_items(const Call& call) {
  only_known(call.request, {"words", "sender", "recipient", "subject", "name", "reason", "state", "from", "to", "cursor", "limit"});
  ItemQuery query;
  read_window(call.request, query);
  query.words = text(call.request, "words");
  query.sender = text(call.request, "sender");
  query.recipient = text(call.request, "recipient");
  query.subject = text(call.request, "subject");
  query.name = text(call.request, "name");
  query.reason = text(call.request, "reason");
  query.states = read_states(call.request);
  const auto page = Search(call.database).items(call.by, query);
  if (!page) return problem(page.error());
  return json_response(page_json(*page));
}

Response show_item(const Call& call) {
  only_known(call.request, {});
  Cases cases(call.database);
  Result<ItemRecord> item = cases.find(call.by, call.id());
  if (!item) return problem(item.error());
  item->recipients = call.by.own(std::move(item->recipients));
  const auto replies = cases.replies(call.by, item->id);
  if (!replies) return problem(replies.error());
  return json_response(item_json(*item, *replies));
}

namespace {

// The new state; for one that does not allow it, which it is in.
Response answer(const Call& call, const Result<ItemState>& done, int status) {
  if (done) return json_response({{"id", call.id()}, {"state", to_string(*done)}}, status);
  if (done.error().id != "quarantine.state") return problem(done.error());
  const Result<ItemRecord> item = Cases(call.database).find(call.by, call.id());
  return problem(done.error(), item ? ordered_json{{"state", to_string(item->state)}} : ordered_json::object());
}

std::string reason_in(const Call& call) {
  only_known(call.request, {});
  return text(read_object(call.request, {"reason"}), "reason");
}

}  // namespace

Response request_item(const Call& call) {
  return answer(call, Cases(call.database).request(call.by, call.id(), reason_in(call), call.now_ms()), 200);
}

Response deny_item(const Call& call) {
  return answer(call, Cases(call.database).deny(call.by, call.id(), reason_in(call), call.now_ms()), 200);
}

Response delete_item(const Call& call) {
  return answer(call, Cases(call.database).remove(call.by, call.id(), reason_in(call), call.now_ms()), 200);
}

Response release_item(const Call& call) {
  only_known(call.request, {});
  const json body = read_object(call.request, {"way", "profile", "content_checked", "reason", "passwords"});
  ReleaseOrder order;
  if (const std::string way = text(body, "way"); !way.empty()) {
    const auto known = release_way_from(way);
    if (!known) throw BadRequest{{"api.body", "body: way is sanitized or original", ""}};
    order.way = *known;
  }
  order.profile = text(body, "profile");
  order.content_checked = flag(body, "content_checked");
  order.reason = text(body, "reason");
  order.passwords = texts(body, "passwords");
  const auto config = call.services.gateway.config();
  const Result<ItemState> done = Cases(call.database).release(call.by, call.id(), order, *config, call.now_ms());
  if (done && *done == ItemState::releasing && call.services.gateway.release_ordered)
    call.services.gateway.release_ordered(call.id(), order.passwords);
  return answer(call, done, 202);
}

}  // namespace mugai::gateway::web
