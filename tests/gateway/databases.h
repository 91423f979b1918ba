// The same test over SQLite and over PostgreSQL: a fresh, empty database for each. PostgreSQL is the server that
// tests/support/with_postgresql.py started; without one those tests are skipped.
#pragma once

#include <gtest/gtest.h>

#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>

#include <cstdlib>

#include "config/parse.h"
#include "gateway/database/database.h"
#include "tests/support/temporary.h"

namespace mugai::gateway::test {

enum class Kind { sqlite, postgresql };

class OnEachDatabase : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    node.hostname = "gw.example";
    node.state = directory.path();
    if (GetParam() == Kind::sqlite) return;
    const char* server = std::getenv("MUGAI_TEST_POSTGRESQL");
    if (!server) GTEST_SKIP() << "no PostgreSQL here";
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

  // The database as it is, without our tables being made.
  Poco::Data::Session raw() const {
    if (GetParam() == Kind::sqlite) {
      Poco::Data::SQLite::Connector::registerConnector();
      return Poco::Data::Session("SQLite", node.state + "/mugai.db");
    }
    return Poco::Data::Session("PostgreSQL", "host=" + node.database.host + " port=" + std::to_string(node.database.port) +
                                                 " user=" + node.database.user + " password=" + node.database.password +
                                                 " dbname=" + node.database.name);
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
