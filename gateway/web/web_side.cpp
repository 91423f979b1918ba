#include "gateway/web/web_side.h"

#include "gateway/log.h"
#include "gateway/web/console/console.h"
#include "gateway/web/recipient_pages.h"
#include "gateway/web/server.h"

namespace mugai::gateway::web {

struct WebSide::Impl {
  Impl(WebServices given, Secrets key)
      : services(std::move(given)), secrets(std::move(key)), pool(services.config()->node), console(services, pool, secrets, sources),
        recipients(services, pool, secrets) {
    console.add_routes(router);
    recipients.add_routes(router);
  }

  WebServices services;
  Secrets secrets;
  SourceLimit sources;
  DatabasePool pool;
  Router router;
  Console console;
  RecipientPages recipients;
  std::unique_ptr<Server> server;
};

WebSide::WebSide(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebSide::~WebSide() = default;

Result<std::unique_ptr<WebSide>> WebSide::start(WebServices services) {
  const auto config = services.config();
  Result<Secrets> secrets = Secrets::open(config->node.state);
  if (!secrets) return secrets.error();
  auto impl = std::make_unique<Impl>(std::move(services), std::move(*secrets));
  Result<std::unique_ptr<Server>> server = Server::start(config->console, impl->router);
  if (!server) return server.error();
  impl->server = std::move(*server);
  log::info("console.open", {{"address", config->console.listen.to_string()}});
  return std::unique_ptr<WebSide>(new WebSide(std::move(impl)));
}

void WebSide::sweep(Database& database, int64_t now_ms) {
  const auto config = impl_->services.config();
  if (const Status swept = Sessions(database, impl_->secrets, config->console).sweep(now_ms); !swept)
    log::warning("console.sweep", {{"detail", swept.error().detail}});
}

}  // namespace mugai::gateway::web
