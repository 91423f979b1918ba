#include "gateway/web/database_pool.h"

namespace mugai::gateway::web {

Result<DatabasePool::Lease> DatabasePool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Lease lease(*this, std::move(idle_.back()));
      idle_.pop_back();
      return lease;
    }
  }
  Result<std::unique_ptr<Database>> opened = Database::open_existing(node_);
  if (!opened) return opened.error();
  return Lease(*this, std::move(*opened));
}

void DatabasePool::give_back(std::unique_ptr<Database> database) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kKept) idle_.push_back(std::move(database));
}

}  // namespace mugai::gateway::web
