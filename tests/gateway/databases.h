// The same test over SQLite and over PostgreSQL: a fresh, empty database for each. PostgreSQL is the server that
// tests/support/with_postgresql.py started; without one those tests are skipped.
#pragma once

#include <gtest/gtest.h>

#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <cstdlib>

#include "config/parse.h"
#include "gateway/database/database.h"
#include "gateway/database/migrations.h"
#include "tests/support/needs.h"
#include "tests/support/temporary.h"

namespace mugai::gateway::test {

enum class Kind { sqlite, postgresql };

class OnEachDatabase : public ::testing::TestWithParam<Kind> {
 protected:
  // What a Mugai of then left behind: the tables of `version`, and that number when it had one.
  std::unique_ptr<Poco::Data::Session> of_version(size_t version) const {
    using namespace Poco::Data::Keywords;
    Poco::Data::SQLite::Connector::registerConnector();
    const config::PostgreSql& server = node.database;
    auto session = server.host.empty()
                       ? std::make_unique<Poco::Data::Session>("SQLite", node.state + "/mugai.db")
                       : std::make_unique<Poco::Data::Session>(
                             "PostgreSQL", "host=" + server.host + " port=" + std::to_string(server.port) + " user=" +
                                               server.user + " password=" + server.password + " dbname=" + server.name);
    const std::string_view foreign = server.host.empty() ? kOnlyPostgresql : kOnlySqlite;
    for (const auto& step : migrations().subspan(0, version))
      for (const std::string_view statement : step)
        if (!statement.starts_with(foreign)) *session << std::string(statement), now;
    if (version > 1) {
      *session << "CREATE TABLE schema_version (id BIGINT PRIMARY KEY, version BIGINT NOT NULL)", now;
      *session << "INSERT INTO schema_version (id, version) VALUES (1, " + std::to_string(version) + ")", now;
    }
    return session;
  }

  void SetUp() override {
    node.hostname = "gw.example";
    node.state = directory.path();
    if (GetParam() == Kind::sqlite) return;
    const char* server = std::getenv("MUGAI_TEST_POSTGRESQL");
    MUGAI_NEEDS(server, "PostgreSQL");
    static int number = 0;
    const std::string name = "t" + std::to_string(++number);
    const config::PostgreSql admin = config::parse_database("postgresql://" + std::string(server) + "/postgres").value();
    Poco::Data::PostgreSQL::Connector::registerConnector();
    Poco::Data::Session session("PostgreSQL", "host=" + admin.host + " port=" + std::to_string(admin.port) + " user=" +
                                                  admin.user + " password=" + admin.password + " dbname=postgres");
    session << "CREATE DATABASE " + name, Poco::Data::Keywords::now;
    node.database = admin;
    node.database.name = name;
  }

  mugai::test::TemporaryDirectory directory;
  config::Node node;
};

}  // namespace mugai::gateway::test

#define ON_EACH_DATABASE(suite)                                                                                   \
  INSTANTIATE_TEST_SUITE_P(Each, suite,                                                                           \
                           ::testing::Values(mugai::gateway::test::Kind::sqlite, mugai::gateway::test::Kind::postgresql), \
                           [](const auto& info) {                                                                 \
                             return info.param == mugai::gateway::test::Kind::sqlite ? "SQLite" : "PostgreSQL";   \
                           })
