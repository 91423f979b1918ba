// What an operation of the API gets, and what it answers with. Who it is for is known by then; what they may do is asked
// where it is done.
#pragma once

#include "config/base/result.h"
#include "gateway/web/api/api.h"

namespace mugai::gateway::web {

struct Call {
  const Request& request;
  const ApiServices& services;
  const Person& by;
  Database& database;

  const std::string& id() const { return request.place.get("id"); }
  int64_t now_ms() const { return services.now_ms(); }
};

// Each may throw BadRequest (parameters.h).
Response list_items(const Call& call);
Response show_item(const Call& call);
Response request_item(const Call& call);
Response release_item(const Call& call);
Response deny_item(const Call& call);
Response delete_item(const Call& call);
Response list_messages(const Call& call);
Response show_message(const Call& call);
Response list_queue(const Call& call);
Response list_audit(const Call& call);
Response simulate(const Call& call);
Response metrics(const Call& call);

}  // namespace mugai::gateway::web
