#include "gateway/web/api/api.h"

#include <array>

#include "gateway/accounts/source_limit.h"
#include "gateway/audit/audit_log.h"
#include "gateway/log.h"
#include "gateway/web/api/call.h"
#include "gateway/web/api/parameters.h"
#include "gateway/web/api/problem.h"
#include "gateway/web/embedded.h"

namespace mugai::gateway::web {

namespace {

constexpr std::string_view kPrefix = "/api/v1";
constexpr size_t kSimulateBytes = 64 * 1024 * 1024;

struct Operation {
  std::string_view method, path;
  Response (*answer)(const Call&);
  size_t max_body = 64 * 1024;
};

constexpr std::array<Operation, 12> kOperations{{
    {"GET", "/quarantine", list_items},
    {"GET", "/quarantine/{id}", show_item},
    {"POST", "/quarantine/{id}/request", request_item},
    {"POST", "/quarantine/{id}/release", release_item},
    {"POST", "/quarantine/{id}/deny", deny_item},
    {"POST", "/quarantine/{id}/delete", delete_item},
    {"GET", "/messages", list_messages},
    {"GET", "/messages/{id}", show_message},
    {"GET", "/queue", list_queue},
    {"GET", "/audit", list_audit},
    {"POST", "/simulate", simulate, kSimulateBytes},
    {"GET", "/metrics", metrics},
}};

std::string bearer(const Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string& value = request.headers.get("authorization");
  return value.size() > kScheme.size() && value.starts_with(kScheme) ? value.substr(kScheme.size()) : "";
}

class Edge {
 public:
  explicit Edge(ApiServices services) : services_(std::move(services)) {}

  Response answer(const Operation& operation, const Request& request) {
    return with_caller(request, [&](const Person& by, DatabasePool::Lease& database) {
      try {
        Response response = operation.answer({request, services_, by, *database});
        if (response.status == 503) database.spoil();
        return response;
      } catch (const BadRequest& bad) {
        return problem(bad.error);
      }
    });
  }

  // Before a body is read: who has no good token sends none.
  std::optional<Response> turned_away(const Request& head) {
    bool welcome = false;
    Response response = with_caller(head, [&](const Person&, DatabasePool::Lease&) {
      welcome = true;
      return Response{};
    });
    return welcome ? std::nullopt : std::optional(std::move(response));
  }

  // For load balancers: no token, no detail.
  Response health() const {
    Result<DatabasePool::Lease> database = services_.pool->take();
    const bool good = database && AuditLog(**database).head();
    if (database && !good) database->spoil();
    return json_response({{"status", good ? "ok" : "no-database"}}, good ? 200 : 503);
  }

 private:
  template <class Handler>
  Response with_caller(const Request& request, const Handler& handler) {
    const int64_t now = services_.now_ms();
    if (!limit_.allows(request.client_address, now))
      return problem(Error{"api.too-many", "too many requests without a good token; wait a few minutes", ""});
    // Who sends no token at all guesses none.
    const Error wanted{"api.credentials", "send a valid token: Authorization: Bearer ...", ""};
    const std::string token = bearer(request);
    if (token.empty()) return problem(wanted);
    Result<DatabasePool::Lease> database = services_.pool->take();
    if (!database) return problem(503);
    const std::optional<Person> by = services_.person(**database, token, request.client_address);
    if (!by && !AuditLog(**database).head()) {
      database->spoil();
      return problem(503);
    }
    if (!by) {
      if (limit_.failed(request.client_address, now)) log::warning("api.turned-away", {{"client", request.client_address}});
      return problem(wanted);
    }
    return handler(*by, *database);
  }

  ApiServices services_;
  SourceLimit limit_;
};

Response document() {
  Response response;
  response.body = std::string(embedded_files().at("api/openapi.json"));
  response.set("Content-Type", "application/json");
  return response;
}

}  // namespace

std::vector<ApiOperation> api_operations() {
  std::vector<ApiOperation> all{{"GET", "/health"}, {"GET", "/openapi.json"}};
  for (const Operation& one : kOperations) all.push_back({one.method, one.path});
  return all;
}

void add_api(Router& router, ApiServices services) {
  const auto edge = std::make_shared<Edge>(std::move(services));
  const std::string prefix(kPrefix);
  for (const Operation& one : kOperations)
    router.add(one.method, prefix + std::string(one.path), [edge, one](const Request& request) { return edge->answer(one, request); },
               one.max_body, [edge](const Request& head) { return edge->turned_away(head); });
  router.add("GET", prefix + "/health", [edge](const Request&) { return edge->health(); });
  router.add("GET", prefix + "/openapi.json", [](const Request&) { return document(); });
  router.errors(prefix, [](const Request&, int status) { return problem(status); });
}

}  // namespace mugai::gateway::web
