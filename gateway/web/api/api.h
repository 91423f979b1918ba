// The API for programs, below /api/v1: JSON, bearer tokens with scopes, described by openapi.json beside this file. It asks
// the same classes as the console does, as the person that the token stands for, so the same rules hold and the same is on
// record. No cookies, so nothing another site can make a browser send. Errors are problem details (problem.h). Made once,
// then any thread; each request takes a database of its own for its length.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/accounts/person.h"
#include "gateway/database/database.h"
#include "gateway/web/router.h"
#include "gateway/web/services.h"

namespace mugai::gateway::web {

struct ApiServices {
  WebServices gateway;
  // Null: none can be had now.
  std::function<std::shared_ptr<Database>()> database;
  // Whom a token stands for; `address` is the client's.
  std::function<std::optional<Person>(const std::string& token, const std::string& address)> person;
  std::function<int64_t()> now_ms;
};

struct ApiOperation {
  std::string_view method, path;   // below /api/v1
};
// All there are, so that a test can hold the document against them.
std::vector<ApiOperation> api_operations();

void add_api(Router& router, ApiServices services);

}  // namespace mugai::gateway::web
