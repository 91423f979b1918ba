// From "accepted" to "finished": takes each spooled message through treatment, keeping and delivery, and gives it its
// end: delivered, a DSN, or an item that an administrator sees. Recipients that need different profiles or next hops get
// rebuilds of their own. Nothing is delivered because something broke: a failed treatment is held whole, a failed
// database is a later attempt.
//
// Order and crashes, per message: (1) rebuilt (derived, not durable), (2) vault and rows durable, (3) handed to the next
// hop, (4) results noted in the spool file when some recipients remain, (5) DSNs committed to the spool, (6) the spool
// file removed or moved. A crash anywhere before (6) repeats from (1) for the recipients that are not noted as final:
// ids are the same, so (2) is idempotent; what was delivered but not noted is delivered twice, never lost.
// Loop thread only.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "config/config.h"
#include "gateway/av/scanner.h"
#include "gateway/keep/keeper.h"
#include "gateway/relay/transport.h"
#include "gateway/shadow/shadow.h"
#include "gateway/spool/spool.h"
#include "gateway/worker/pool.h"

namespace mugai::gateway {

class Dispatcher {
 public:
  struct Services {
    Spool& spool;
    WorkerPool& workers;
    Keeper& keeper;
    Transport& transport;
    Scanner& scanner;
    std::function<std::shared_ptr<const config::Config>()> config;
    std::string scratch_directory;
    // Where this recipient of this message (or group) may ask for what is held of it.
    std::function<std::string(const std::string& message, const std::string& recipient)> request_link;
    std::function<void(std::function<void()>)> post;     // onto the loop
    // What somebody who ordered a release has given for encrypted content.
    std::function<std::vector<std::string>(const std::string& release_id)> passwords = {};
    // A mail that releases an item is finished, one way or another.
    std::function<void(const std::string& release_id)> release_over = {};
    std::function<void(const std::string& release_id)> release_removed = {};   // by a person
    Shadow* shadow = nullptr;                            // may be none
    std::function<void(SpooledMessage)> own_mail = {};   // a DSN that was committed; set by the Dispatcher itself
  };
  explicit Dispatcher(Services services);
  ~Dispatcher();

  void accept(SpooledMessage message);     // just committed
  void recover();                          // at start: everything that the spool holds
  void tick(int64_t now_ms);               // every second or so: deferred messages that are due
  size_t waiting() const { return waiting_.size(); }
  size_t active() const { return active_.size(); }

  // What an administrator asks for; an Error says why not. A message in the middle of an attempt is left alone.
  Status retry(const MessageId& id);
  Status hold(const MessageId& id);
  Status remove(const MessageId& id);

 private:
  class Attempt;
  void pump();
  void finished(const MessageId& id);

  Services services_;
  std::deque<MessageId> waiting_;
  std::map<MessageId, std::shared_ptr<Attempt>> active_;
  std::set<std::pair<int64_t, MessageId>> deferred_;   // by the time of the next attempt
};

}  // namespace mugai::gateway
