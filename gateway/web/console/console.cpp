#include "gateway/web/console/console.h"

#include <array>

#include "gateway/relay/clock.h"
#include "gateway/log.h"
#include "gateway/web/embedded.h"
#include "gateway/web/guard.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

namespace {

struct Entry {
  std::string_view section, path;
  Permission permission;
};

constexpr std::array kMenu{
    Entry{"dashboard", "/", Permission::see_items},          Entry{"quarantine", "/quarantine", Permission::see_items},
    Entry{"messages", "/messages", Permission::see_messages}, Entry{"queue", "/queue", Permission::see_queue},
    Entry{"try", "/try", Permission::try_out},               Entry{"shadow", "/shadow", Permission::see_settings},
    Entry{"audit", "/audit", Permission::see_audit},         Entry{"users", "/users", Permission::see_users},
    Entry{"settings", "/settings", Permission::see_settings},
};

Data menu_of(const Person& person, std::string_view section, std::string_view language) {
  Data menu = Data::array();
  for (const Entry& entry : kMenu)
    if (person.may(entry.permission) && (person.domains.empty() || (entry.section != "audit" && entry.section != "shadow")))
      menu.push_back({{"path", entry.path}, {"label", text(language, "nav_" + std::string(entry.section))}, {"here", entry.section == section}});
  return menu;
}

bool changes_something(const Request& request) { return request.method != "GET" && request.method != "HEAD"; }

Response error_page(const Request& request, int status) {
  const std::string language = language_of(request);
  const std::string id = "error_" + std::to_string(status);
  Response out = html(outer_page("error", "error_title", {{"status", status}, {"message", text(language, has_text(id) ? id : "error_500")}}, language), status);
  return out;
}

Response asset(const Request& request) {
  const std::string name = request.place.get("name");
  const auto found = embedded_files().find("assets/" + name);
  if (found == embedded_files().end()) return error_page(request, 404);
  Response out{200, {}, std::string(found->second)};
  out.set("Content-Type", name.ends_with(".css") ? "text/css; charset=utf-8"
                          : name.ends_with(".js") ? "text/javascript; charset=utf-8" : "image/svg+xml");
  out.set("Cache-Control", "public, max-age=31536000, immutable");
  return out;
}

}  // namespace

std::string_view cookie_name(const config::Console& settings) { return settings.encrypted() ? "__Host-mugai" : "mugai"; }

std::string cookie(const config::Console& settings, std::string_view token) {
  std::string out = std::string(cookie_name(settings)) + "=" + std::string(token) + "; Path=/; HttpOnly; SameSite=Strict";
  if (settings.encrypted()) out += "; Secure";
  if (token.empty()) out += "; Max-Age=0";
  return out;
}

// What the reader chose on the page, or what the browser prefers; Japanese otherwise.
std::string language_of(const Request& request) {
  for (const std::string* chosen : {&request.form.get("language"), &request.query.get("language")})
    if (*chosen == "en" || *chosen == "ja") return *chosen;
  return request.headers.get("accept-language").starts_with("en") ? "en" : "ja";
}

std::string outer_page(std::string_view name, std::string_view title, Data data, std::string_view language) {
  data["title"] = text(language, title);
  return render_in_layout(name, std::move(data), language);
}

int status_of(const Error& error) {
  if (error.id.ends_with(".unknown")) return 404;
  if (error.id.ends_with(".forbidden") || error.id == "quarantine.second-person" || error.id == "session.refused") return 403;
  if (error.id == "quarantine.state" || error.id.ends_with(".exists")) return 409;
  if (error.id == "session.too-many") return 429;
  if (error.id == "bulk.busy" || error.id == "shadow.running" || error.id == "shadow.over") return 409;
  if (error.id.starts_with("store.") || error.id.starts_with("console.")) return 503;
  return 400;
}

std::string told(const Error& error, std::string_view language) {
  std::string id = "problem_" + error.id;
  for (char& c : id)
    if (c == '.' || c == '-') c = '_';
  return has_text(id) && (language != "en" || error.text.empty()) ? text(language, id) : error.text;
}

std::string Visit::told(const Error& error) const { return web::told(error, language()); }

Response Visit::page(std::string_view name, std::string_view section, std::string_view title, Data data, int status) const {
  data["title"] = text(language(), title);
  data["menu"] = menu_of(person(), section, language());
  data["user"] = {{"name", person().name}, {"display", session.display.empty() ? person().name : session.display},
                  {"role", text(language(), "role_" + std::string(to_string(person().role)))}};
  data["csrf"] = session.csrf;
  data["here"] = request.path;
  return html(render_in_layout(name, std::move(data), language()), status);
}

Response Visit::failed(const Error& error) const {
  const int status = status_of(error);
  if (status >= 500) log::error("console.failed", {{"path", request.path}, {"error", error.id}, {"detail", error.detail}});
  return page("error", "", "error_title", {{"status", status}, {"message", told(error)}}, status);
}

// By cookie, origin and permission. The form's token stands in the body and is asked for there: in the address, where it
// could be had before, it would end in the logs of proxies, and another site's page cannot send the cookie in any case.
std::optional<Response> Console::turned_away(const Request& head, Permission permission) const {
  const auto config = services_.config();
  Result<DatabasePool::Lease> lease = pool_.take();
  if (!lease) return error_page(head, 503);
  const auto session = Sessions(**lease, secrets_, config->console).find(head.cookies.get(cookie_name(config->console)), head.client_address, now_ms());
  if (!session) return see_other("/sign-in");
  if (!is_from_our_pages(head, config->console) || !session->person.may(permission)) return error_page(head, 403);
  return std::nullopt;
}

Response Console::signed_in(const Request& request, std::optional<Permission> permission, const VisitHandler& handler) const {
  const auto config = services_.config();
  Result<DatabasePool::Lease> lease = pool_.take();
  if (!lease) {
    log::error("console.failed", {{"path", request.path}, {"error", lease.error().id}, {"detail", lease.error().detail}});
    return error_page(request, 503);
  }
  const std::string& token = request.cookies.get(cookie_name(config->console));
  Sessions sessions(**lease, secrets_, config->console);
  const int64_t now = now_ms();
  auto session = token.empty() ? std::nullopt : sessions.find(token, request.client_address, now);
  if (!session) return see_other("/sign-in");
  Visit visit{request, **lease, services_, config, std::move(*session), now};
  if (changes_something(request) &&
      (!is_from_our_pages(request, config->console) || !sessions.csrf_is_good(token, request.form.get("csrf")))) {
    log::warning("console.forged", {{"path", request.path}, {"client", request.client_address}, {"user", visit.person().name}});
    return visit.page("error", "", "error_title", {{"status", 403}, {"message", text(visit.language(), "error_forged")}}, 403);
  }
  if (permission && !visit.may(*permission))
    return visit.page("error", "", "error_title", {{"status", 403}, {"message", text(visit.language(), "error_403")}}, 403);
  return handler(visit);
}

void Console::get(Router& router, std::string_view pattern, Permission permission, VisitHandler handler) {
  router.add("GET", pattern, [this, permission, handler = std::move(handler)](const Request& request) {
    return signed_in(request, permission, handler);
  });
}

void Console::post(Router& router, std::string_view pattern, Permission permission, VisitHandler handler, size_t max_body) {
  router.add("POST", pattern, [this, permission, handler = std::move(handler)](const Request& request) {
    return signed_in(request, permission, handler);
  }, max_body, [this, permission](const Request& head) { return turned_away(head, permission); });
}

void Console::add_routes(Router& router) {
  router.errors("/", error_page);
  router.add("GET", "/assets/{hash}/{name}", asset);
  router.add("GET", "/favicon.ico", [](const Request&) { return Response{204, {}, ""}; });
  add_sign_in(router);
  add_own_account(router);
  add_dashboard(*this, router);
  add_quarantine(*this, router);
  add_bulk(router);
  add_item(*this, router);
  add_messages(*this, router);
  add_queue(*this, router);
  add_audit(*this, router);
  add_users(*this, router);
  add_settings(*this, router);
  add_try_out(*this, router);
  add_shadow(*this, router);
}

}  // namespace mugai::gateway::web
