// One connection to the database: SQLite in a file (one gateway) or PostgreSQL by a URL (several gateways share it).
// Statements keep to what both take: $1 placeholders, BIGINT, TEXT, ON CONFLICT. open() brings the tables up to date and
// refuses a database that a newer Mugai has written. One Database per thread. Poco's exceptions end in the classes that
// use session(); run() ends those of a transaction.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "config/base/result.h"
#include "config/config.h"

namespace Poco::Data {
class Session;
}

namespace mugai::gateway {

class Database {
 public:
  // A PostgreSQL URL from the configuration, or an SQLite file below its state directory.
  static Result<std::unique_ptr<Database>> open(const config::Node& node);
  // For tools beside the gateway: never makes a file that the gateway's user could not write.
  static Result<std::unique_ptr<Database>> open_existing(const config::Node& node);
  ~Database();

  // Runs `body` in one transaction; what it throws rolls back. `durable`: survives a power failure once this returns;
  // otherwise it may be lost with the last moments, which only tracking may.
  Status run(bool durable, const std::function<void()>& body);
  // The same, but a body that answers an Error rolls back too, and that Error is the answer.
  Status run_checked(const std::function<Status()>& body);

  Poco::Data::Session& session();
  bool is_postgresql() const;

 private:
  struct Connection;
  explicit Database(std::unique_ptr<Connection> connection);
  static Result<std::unique_ptr<Database>> connect(const config::Node& node);
  Status migrate();

  std::unique_ptr<Connection> connection_;
};

// What a Poco exception becomes; call in a catch block.
Error database_error();

}  // namespace mugai::gateway
