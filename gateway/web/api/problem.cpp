#include "gateway/web/api/problem.h"

#include <array>
#include <utility>

namespace mugai::gateway::web {

using nlohmann::ordered_json;

namespace {

constexpr std::array<std::pair<std::string_view, int>, 24> kStatus{{
    {"api.body", 400},
    {"api.credentials", 401},
    {"api.failed", 500},
    {"api.media-type", 415},
    {"api.method", 405},
    {"api.parameter", 400},
    {"api.refused", 400},
    {"api.too-large", 413},
    {"api.too-many", 429},
    {"api.unavailable", 503},
    {"api.unknown", 404},
    {"quarantine.check", 422},
    {"quarantine.forbidden", 403},
    {"quarantine.profile", 422},
    {"quarantine.reason", 422},
    {"quarantine.second-person", 403},
    {"quarantine.state", 409},
    {"quarantine.unknown", 404},
    {"search.cursor", 400},
    {"search.forbidden", 403},
    {"search.unknown", 404},
    {"search.words", 400},
    {"simulate.profile", 422},
    {"store.database", 503},
}};

std::string title_of(int status) {
  switch (status) {
    case 400: return "Bad request";
    case 401: return "Credentials wanted";
    case 403: return "Forbidden";
    case 404: return "Not found";
    case 405: return "Method not allowed";
    case 409: return "Conflict with the state";
    case 413: return "Too large";
    case 415: return "Wrong media type";
    case 422: return "Cannot be done as asked";
    case 429: return "Too many requests";
    case 503: return "Not available now";
    default: return "Failed";
  }
}

std::string dump(const ordered_json& body) { return body.dump(-1, ' ', false, ordered_json::error_handler_t::replace); }

}  // namespace

int status_of(const Error& error) {
  for (const auto& [id, status] : kStatus)
    if (id == error.id) return status;
  return 500;
}

Response json_response(const ordered_json& body, int status) {
  Response response;
  response.status = status;
  response.body = dump(body);
  response.set("Content-Type", "application/json");
  return response;
}

Response problem(const Error& error, const ordered_json& also) {
  const int status = status_of(error);
  ordered_json body = {{"type", "urn:mugai:" + error.id}, {"title", title_of(status)}, {"status", status}, {"detail", error.text}};
  body.update(also);
  Response response = json_response(body, status);
  response.set("Content-Type", "application/problem+json");
  if (status == 401) response.set("WWW-Authenticate", "Bearer realm=\"mugai\"");
  if (status == 429) response.set("Retry-After", "60");
  return response;
}

Response problem(int status) {
  switch (status) {
    case 404: return problem(Error{"api.unknown", "there is nothing at this address", ""});
    case 405: return problem(Error{"api.method", "not with this method; Allow names those that there are", ""});
    case 413: return problem(Error{"api.too-large", "the body is larger than is taken here", ""});
    case 503: return problem(Error{"api.unavailable", "busy with others; try again", ""});
    case 500: return problem(Error{"api.failed", "this failed; the gateway's log says why", ""});
    default: break;
  }
  Response response = problem(Error{"api.refused", "the request cannot be read", ""});
  response.status = status;
  return response;
}

}  // namespace mugai::gateway::web
