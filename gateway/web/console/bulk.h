// One act on many items, carried out beside the request that asked for it, so that its progress can be shown. Each item is
// decided and recorded by itself, in order, exactly as if it had been asked for alone; before each the session is looked at
// again, so signing out, or losing the account, stops the rest. A job belongs to the person who started it. Bounded: items a
// job, jobs a person and in all; results are kept in memory for an hour. Any thread; what it is made of outlives it.
#pragma once

#include <asio/thread_pool.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "gateway/accounts/secrets.h"
#include "gateway/quarantine/item.h"
#include "gateway/web/database_pool.h"
#include "gateway/web/services.h"

namespace mugai::gateway::web {

struct BulkAsked {
  std::string verb, reason;            // "request", "release", "deny", "delete"
  std::vector<std::string> ids;
  std::string person, token, address;  // whose session
};

struct BulkResult {
  std::string id;
  std::optional<ItemState> state;      // what it is now; otherwise:
  Error error;
};

struct BulkProgress {
  std::vector<BulkResult> results;     // as far as it has got
  size_t asked = 0;
  bool over = false;
};

class BulkJobs {
 public:
  static constexpr size_t kMostItems = 1'000, kMostOpen = 16, kMostKept = 64;
  static constexpr int64_t kKeptMs = 3'600'000;

  BulkJobs(DatabasePool& pool, const WebServices& services, const Secrets& secrets) : pool_(pool), services_(services), secrets_(secrets) {}
  ~BulkJobs();   // the item under way is finished, the rest is left as it is

  // The job's id. Errors: "bulk.busy" (one of theirs is under way, or too many are), "bulk.too-many".
  Result<std::string> start(BulkAsked asked, int64_t now_ms);
  // Nothing: it is not theirs, or too long ago.
  std::optional<BulkProgress> look(const std::string& job, const std::string& person) const;

 private:
  struct Job {
    BulkAsked asked;
    BulkProgress progress;
    int64_t started_ms = 0;
  };
  void run(const std::shared_ptr<Job>& job);
  Result<ItemState> act(const BulkAsked& asked, const std::string& id);

  DatabasePool& pool_;
  const WebServices& services_;
  const Secrets& secrets_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Job>> jobs_;
  std::atomic<bool> stopping_ = false;
  asio::thread_pool threads_{2};
};

}  // namespace mugai::gateway::web
