// The administrators' console: pages for people who signed in. Every page goes through signed_in(): session, permission,
// and for what changes something the form's token and where it came from; then a handler with a database of its own.
// Acts are Cases, Users, ...: a page only asks and shows the answer. Owns nothing but what requests share (limits, pool);
// handlers run on the server's threads at the same time. Errors become pages.
#pragma once

#include <functional>
#include <memory>
#include <semaphore>

#include "gateway/accounts/sessions.h"
#include "gateway/accounts/source_limit.h"
#include "gateway/web/database_pool.h"
#include "gateway/web/router.h"
#include "gateway/web/services.h"
#include "gateway/web/view.h"

namespace mugai::gateway::web {

// One request of somebody who is signed in.
struct Visit {
  const Request& request;
  Database& database;
  const WebServices& services;
  std::shared_ptr<const config::Config> config;
  Session session;
  int64_t now_ms;

  const Person& person() const { return session.person; }
  const std::string& language() const { return session.language; }
  bool may(Permission permission) const { return session.person.may(permission); }

  // A page in the layout. `section` is the entry of the menu that is lit, `title` the id of a text.
  Response page(std::string_view name, std::string_view section, std::string_view title, Data data, int status = 200) const;
  // What an Error means to a person, in their language.
  std::string told(const Error& error) const;
  // A page that says so, with the status that fits.
  Response failed(const Error& error) const;
};

using VisitHandler = std::function<Response(Visit&)>;

class Console {
 public:
  using Turns = std::counting_semaphore<4>;

  // All outlive it.
  Console(const WebServices& services, DatabasePool& pool, const Secrets& secrets, SourceLimit& sources)
      : services_(services), pool_(pool), secrets_(secrets), sources_(sources) {}

  void add_routes(Router& router);

  void get(Router& router, std::string_view pattern, Permission permission, VisitHandler handler);
  void post(Router& router, std::string_view pattern, Permission permission, VisitHandler handler,
            size_t max_body = Router::kSmallBody);

 private:
  std::optional<Response> turned_away(const Request& head, Permission permission) const;
  Response signed_in(const Request& request, std::optional<Permission> permission, const VisitHandler& handler) const;
  void add_sign_in(Router& router);
  void add_own_account(Router& router);
  void add_bulk(Router& router);

  const WebServices& services_;
  DatabasePool& pool_;
  const Secrets& secrets_;
  SourceLimit& sources_;
  Turns hashing_{4};   // sign-ins whose password is looked at just now
};

// Each adds the pages of its section.
void add_dashboard(Console& console, Router& router);
void add_quarantine(Console& console, Router& router);
void add_item(Console& console, Router& router);
void add_messages(Console& console, Router& router);
void add_queue(Console& console, Router& router);
void add_audit(Console& console, Router& router);
void add_users(Console& console, Router& router);
void add_settings(Console& console, Router& router);
void add_try_out(Console& console, Router& router);
void add_shadow(Console& console, Router& router);

// A page for those who are not signed in, and for errors.
std::string outer_page(std::string_view name, std::string_view title, Data data, std::string_view language);
std::string language_of(const Request& request);
int status_of(const Error& error);
std::string told(const Error& error, std::string_view language);

std::string_view cookie_name(const config::Console& settings);
std::string cookie(const config::Console& settings, std::string_view token);

}  // namespace mugai::gateway::web
