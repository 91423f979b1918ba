// Problem details (RFC 9457): how the API says that something did not go. `type` is "urn:mugai:" and the id of the Error,
// which the runbook explains; `detail` is its text for people. What an Error keeps for the log stays out. Pure.
#pragma once

#include <nlohmann/json.hpp>

#include "config/base/result.h"
#include "gateway/web/http.h"

namespace mugai::gateway::web {

int status_of(const Error& error);
// `also`: members beside the standard ones.
Response problem(const Error& error, const nlohmann::ordered_json& also = nlohmann::ordered_json::object());
// For what the router and the server refuse by themselves.
Response problem(int status);
Response json_response(const nlohmann::ordered_json& body, int status = 200);

}  // namespace mugai::gateway::web
