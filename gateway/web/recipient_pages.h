// What a recipient sees who follows the link in a notice: what was held of that mail, why, what became of it, and a form to
// ask for it. No account; the signed link (quarantine/request_link.h) is who they are, and they see nothing about other
// mails or other people. Forged, changed and old links are all the same page (404). Likewise whether they get the daily digest. Handlers run on the server's threads.
#pragma once

#include "gateway/accounts/secrets.h"
#include "gateway/accounts/source_limit.h"
#include "gateway/web/database_pool.h"
#include "gateway/web/router.h"
#include "gateway/web/services.h"

namespace mugai::gateway::web {

class RecipientPages {
 public:
  // All outlive it.
  RecipientPages(const WebServices& services, DatabasePool& pool, const Secrets& secrets)
      : services_(services), pool_(pool), secrets_(secrets) {}

  void add_routes(Router& router);

 private:
  Response show(const Request& request) const;
  Response ask(const Request& request) const;
  Response digest(const Request& request) const;   // shows whether they get one, and by POST switches it

  const WebServices& services_;
  DatabasePool& pool_;
  const Secrets& secrets_;
  mutable SourceLimit guesses_{20, 600'000}, requests_{60, 600'000};
};

}  // namespace mugai::gateway::web
