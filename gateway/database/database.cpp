#include "gateway/database/database.h"

#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <unistd.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "gateway/database/migrations.h"

namespace mugai::gateway {

using namespace Poco::Data::Keywords;

namespace {

void register_connectors() {
  static std::once_flag registered;
  std::call_once(registered, [] {
    Poco::Data::SQLite::Connector::registerConnector();
    Poco::Data::PostgreSQL::Connector::registerConnector();
  });
}

std::string file_of(const config::Node& node) { return node.state + "/mugai.db"; }

// SQLite does not wait for its busy_timeout here when two open a fresh file at once.
void use_write_ahead_log(Poco::Data::Session& data) {
  constexpr int kTries = 100;
  for (int i = 1;; ++i) {
    try {
      std::string mode;
      data << "PRAGMA journal_mode=WAL", into(mode), now;
      return;
    } catch (const Poco::Exception&) {
      if (i == kTries) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

// Everybody who migrates this database takes this lock first. Any number will do.
constexpr const char* kMigrationLock = "SELECT pg_advisory_xact_lock(6368213)";

}  // namespace

Error database_error() {
  try {
    throw;
  } catch (const Poco::Exception& failure) {
    return {"store.database", "the database did not answer", failure.displayText()};
  }
}

struct Database::Connection {
  Connection(const std::string& connector, const std::string& where) : data(connector, where) {}
  Poco::Data::Session data;
  bool postgresql = false;
  std::optional<bool> durable;

  // Every transaction of ours writes; one that takes SQLite's lock only at its first write may find that it read too early.
  void begin() {
    if (postgresql) data.begin();
    else data << "BEGIN IMMEDIATE", now;
  }

  void set_durable(bool wanted) {
    if (durable == wanted) return;
    if (postgresql) data << (wanted ? "SET synchronous_commit = on" : "SET synchronous_commit = off"), now;
    else data << (wanted ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"), now;
    durable = wanted;
  }
};

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::~Database() = default;

Poco::Data::Session& Database::session() { return connection_->data; }
bool Database::is_postgresql() const { return connection_->postgresql; }

Result<std::unique_ptr<Database>> Database::connect(const config::Node& node) {
  register_connectors();
  const config::PostgreSql& server = node.database;
  try {
    std::unique_ptr<Connection> connection;
    if (server.host.empty()) {
      connection = std::make_unique<Connection>("SQLite", file_of(node));
      connection->data << "PRAGMA busy_timeout=10000", now;
      use_write_ahead_log(connection->data);
    } else {
      connection = std::make_unique<Connection>(
          "PostgreSQL", "host=" + server.host + " port=" + std::to_string(server.port) + " user=" + server.user +
                            " password=" + server.password + " dbname=" + server.name + " connect_timeout=10");
      connection->postgresql = true;
      connection->data << "SET client_min_messages = warning", now;
      // To compile a query of a few milliseconds takes longer than to run it.
      connection->data << "SET jit = off", now;
    }
    return std::unique_ptr<Database>(new Database(std::move(connection)));
  } catch (const Poco::Exception& failure) {
    // Poco's text names the connection string, and so the password.
    return server.host.empty()
               ? Error{"store.open", "cannot open the database " + file_of(node), failure.displayText()}
               : Error{"store.open", "cannot connect to the database " + server.name + " on " + server.host, failure.name()};
  }
}

Result<std::unique_ptr<Database>> Database::open(const config::Node& node) {
  Result<std::unique_ptr<Database>> database = connect(node);
  if (!database) return database;
  if (const Status migrated = (*database)->migrate(); !migrated) return migrated.error();
  return database;
}

Result<std::unique_ptr<Database>> Database::open_existing(const config::Node& node) {
  if (node.database.host.empty() && ::access(file_of(node).c_str(), F_OK) != 0)
    return Error{"store.missing", "there is no database " + file_of(node) + "; has the gateway ever run with this state?", ""};
  return open(node);
}

Status Database::migrate() {
  return run_checked([this]() -> Status {
    Poco::Data::Session& data = session();
    std::string ignored;
    if (is_postgresql()) data << kMigrationLock, now;
    data << "CREATE TABLE IF NOT EXISTS schema_version (id BIGINT PRIMARY KEY, version BIGINT NOT NULL)", now;
    data << "INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING", now;
    Poco::Int64 version = 0;
    data << "SELECT version FROM schema_version WHERE id = 1", into(version), now;
    const auto steps = migrations();
    if (version < 0 || static_cast<size_t>(version) > steps.size())
      return Error{"store.newer", "the database was written by a newer version of Mugai; use that one", std::to_string(version)};
    if (static_cast<size_t>(version) == steps.size()) return Ok{};
    for (const auto& step : steps.subspan(static_cast<size_t>(version)))
      for (const std::string_view statement : step)
        if (!statement.starts_with(is_postgresql() ? kOnlySqlite : kOnlyPostgresql)) data << std::string(statement), now;
    version = static_cast<Poco::Int64>(steps.size());
    data << "UPDATE schema_version SET version = $1 WHERE id = 1", use(version), now;
    return Ok{};
  });
}

Status Database::run(bool durable, const std::function<void()>& body) {
  try {
    connection_->set_durable(durable);
    connection_->begin();
    try {
      body();
      connection_->data.commit();
    } catch (...) {
      connection_->data.rollback();
      throw;
    }
    return Ok{};
  } catch (const Poco::Exception&) {
    return database_error();
  }
}

Status Database::run_checked(const std::function<Status()>& body) {
  struct Refused {
    Error error;
  };
  try {
    return run(true, [&] {
      if (Status status = body(); !status) throw Refused{status.error()};
    });
  } catch (const Refused& refused) {
    return refused.error;
  }
}

}  // namespace mugai::gateway
