// Carries out the orders to release (quarantine/release_orders.h): claims them, fetches the bytes from the vault, has them
// scanned and treated, writes the mail and commits it to the spool under the order's id. From there it is a message like
// every other. Looks when somebody ordered, at start, and every few seconds for what others ordered or a dead gateway left.
//
// Crashes: an order without a spool file is begun again; one with a spool file is left to the dispatcher, which asks
// whether the order still stands. The id is the order's, so there are never two spool files for one order.
// Fail closed: no bytes, a virus, a scanner that does not answer, a worker that dies: the item is held again, and says why.
// Loop thread only; files, database and vault are the keeper's thread's.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "gateway/av/scanner.h"
#include "gateway/keep/keeper.h"
#include "gateway/quarantine/release_orders.h"
#include "gateway/spool/spool.h"
#include "gateway/worker/pool.h"

namespace mugai::gateway {

class Releaser : public std::enable_shared_from_this<Releaser> {
 public:
  struct Services {
    Spool& spool;
    WorkerPool& workers;
    Keeper& keeper;
    Scanner& scanner;
    std::function<std::shared_ptr<const config::Config>()> config;
    std::string scratch_directory;
    std::function<void(std::function<void()>)> post;
    std::function<void(SpooledMessage)> accept;   // committed: goes the way of every message
  };
  explicit Releaser(Services services) : services_(std::move(services)) {}

  // Somebody ordered a release. The passwords live in memory only: after a restart an item that needs one is held again.
  void ordered(const std::string& item, std::vector<std::string> passwords);
  void tick(int64_t now_ms);
  std::vector<std::string> passwords_of(const std::string& release_id) const;
  void over(const std::string& release_id);       // its mail is finished
  void removed(const std::string& release_id);    // a person took its mail out of the queue

 private:
  struct Job;
  using JobPtr = std::shared_ptr<Job>;
  void look();
  void begin(ItemRecord item);
  void fetch(const JobPtr& job);
  void scan(const JobPtr& job);
  void treat(const JobPtr& job);
  void treated(const JobPtr& job, Result<WorkJob::Done> done);
  void compose(const JobPtr& job);
  void commit(const JobPtr& job, Result<Mapping> mail);
  void give_up(const std::string& release_id, const std::string& answer);
  void scan_bytes(const JobPtr& job, std::vector<ScanJob::Subject> subjects, void (Releaser::*next)(const JobPtr&));

  Services services_;
  std::set<std::string> under_way_;                              // by release id, until the mail is in the spool
  std::map<std::string, std::vector<std::string>> passwords_;    // by item
  int64_t last_look_ms_ = 0;
  bool looking_ = false, look_again_ = false;
};

}  // namespace mugai::gateway
