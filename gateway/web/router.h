// From method and path to the function that answers: "/quarantine/{id}" fits one segment that is not empty. What fits no
// pattern is 404, a known path with another method 405, and HEAD is GET. A body larger than its route allows is refused
// before it is read, and so is one whose sender a route's admission turns away by the head alone. Built once before the server starts, then const: any thread. A handler that throws is the server's to
// answer (500).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/web/http.h"

namespace mugai::gateway::web {

using Handler = std::function<Response(const Request&)>;
// Asked with the head alone, before a body is read: an answer turns the request away. Nobody is let in by it: the handler
// still asks everything.
using Admission = std::function<std::optional<Response>(const Request& head)>;
// The page for 400, 404, 405, 413, 500 ...
using ErrorPage = std::function<Response(const Request&, int status)>;

class Router {
 public:
  static constexpr size_t kSmallBody = 256 * 1024;

  void add(std::string_view method, std::string_view pattern, Handler handler, size_t max_body = kSmallBody, Admission admission = {});
  // For paths below `prefix`; the longest prefix counts. "/" is everybody else's.
  void errors(std::string_view prefix, ErrorPage page);

  // How many bytes of body to read for it: 0 where nothing takes any.
  size_t max_body(std::string_view method, std::string_view path) const;
  std::optional<Response> turned_away(Request head) const;
  Response answer(Request request) const;
  Response error(const Request& request, int status) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    Handler handler;
    size_t max_body;
    Admission admission;
  };
  static bool fits(const Route& route, const std::vector<std::string>& path, Fields* place);

  std::vector<Route> routes_;
  std::vector<std::pair<std::string, ErrorPage>> error_pages_;
};

}  // namespace mugai::gateway::web
