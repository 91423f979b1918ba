#include "gateway/web/router.h"

#include <algorithm>

namespace mugai::gateway::web {

namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t end = std::min(path.find('/'), path.size());
    out.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

std::string_view effective(std::string_view method) { return method == "HEAD" ? "GET" : method; }

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, Handler handler, size_t max_body, Admission admission) {
  routes_.push_back({std::string(method), segments_of(pattern), std::move(handler), method == "GET" ? 0 : max_body, std::move(admission)});
}

void Router::errors(std::string_view prefix, ErrorPage page) { error_pages_.emplace_back(prefix, std::move(page)); }

bool Router::fits(const Route& route, const std::vector<std::string>& path, Fields* place) {
  if (route.segments.size() != path.size()) return false;
  for (size_t i = 0; i < path.size(); ++i) {
    const std::string& wanted = route.segments[i];
    const bool open = wanted.size() > 2 && wanted.front() == '{' && wanted.back() == '}';
    if (open ? path[i].empty() : path[i] != wanted) return false;
    if (open && place) place->add(wanted.substr(1, wanted.size() - 2), path[i]);
  }
  return true;
}

size_t Router::max_body(std::string_view method, std::string_view path) const {
  const std::vector<std::string> segments = segments_of(path);
  for (const Route& route : routes_)
    if (route.method == method && fits(route, segments, nullptr)) return route.max_body;
  return 0;
}

std::optional<Response> Router::turned_away(Request head) const {
  const std::vector<std::string> segments = segments_of(head.path);
  for (const Route& route : routes_) {
    Fields place;
    if (route.method != head.method || !fits(route, segments, &place)) continue;
    head.place = std::move(place);
    return route.admission ? route.admission(head) : std::nullopt;
  }
  return std::nullopt;
}

Response Router::answer(Request request) const {
  const std::vector<std::string> segments = segments_of(request.path);
  std::string allowed;
  for (const Route& route : routes_) {
    Fields place;
    if (!fits(route, segments, &place)) continue;
    if (route.method == effective(request.method)) {
      request.place = std::move(place);
      return route.handler(request);
    }
    allowed += (allowed.empty() ? "" : ", ") + route.method;
  }
  if (allowed.empty()) return error(request, 404);
  Response refused = error(request, 405);
  refused.set("Allow", allowed);
  return refused;
}

Response Router::error(const Request& request, int status) const {
  const std::pair<std::string, ErrorPage>* best = nullptr;
  for (const auto& one : error_pages_)
    if (request.path.starts_with(one.first) && (!best || one.first.size() > best->first.size())) best = &one;
  return best ? best->second(request, status) : plain(std::to_string(status) + "\n", status);
}

}  // namespace mugai::gateway::web
