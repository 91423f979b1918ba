// Connections to the database for the web's threads: one for each request, taken and given back. Opens as many as are
// wanted at once, keeps a few. Any thread. The pool outlives its leases.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "gateway/database/database.h"

namespace mugai::gateway::web {

class DatabasePool {
 public:
  explicit DatabasePool(config::Node node) : node_(std::move(node)) {}

  class Lease {
   public:
    Lease(DatabasePool& pool, std::unique_ptr<Database> database) : pool_(&pool), database_(std::move(database)) {}
    Lease(Lease&&) = default;
    ~Lease() {
      if (database_) pool_->give_back(std::move(database_));
    }
    Database& operator*() const { return *database_; }
    // It did not answer: a fresh one next time.
    void spoil() { database_.reset(); }

   private:
    DatabasePool* pool_;
    std::unique_ptr<Database> database_;
  };

  Result<Lease> take();

 private:
  void give_back(std::unique_ptr<Database> database);

  static constexpr size_t kKept = 8;
  config::Node node_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_;
};

}  // namespace mugai::gateway::web
