// Brings into the index what was in the database before there was one: lump by lump, in the order of ids, each lump one
// transaction that also says how far it got. Gateways that share a database take turns. Bound to a Database and its thread.
#pragma once

#include "config/base/result.h"
#include "gateway/database/database.h"
#include "gateway/search/index.h"

namespace mugai::gateway {

class Backlog {
 public:
  explicit Backlog(Database& database) : database_(database), index_(database) {}

  // How many rows it took; 0: nothing is left.
  Result<size_t> step();

 private:
  size_t take(const std::string& what, std::string after);

  Database& database_;
  Index index_;
};

}  // namespace mugai::gateway
