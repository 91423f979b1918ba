// Rows as searches read them: the columns, and how they become values. Each statement selects the place `n` and the columns
// of its kind, and binds its values in their order. Poco's exceptions pass through.
#pragma once

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <string>
#include <vector>

#include "gateway/search/search.h"

namespace mugai::gateway {

constexpr const char* kItemColumns =
    "r.id, r.message, r.state, r.whole_message, r.sender, r.recipients, r.subject, r.name, r.detected, r.reasons, r.since_ms, r.size";
constexpr const char* kMailColumns =
    "r.id, r.received_ms, r.zone, r.client, r.sender, r.recipients, r.subject, r.profile, r.verdict, r.message_id, r.size";

template <class Row>
struct Found {
  int64_t n = 0;
  Row row;
};

// Runs the statement and reads what it selects.
void read_rows(Poco::Data::Statement& select, std::vector<Found<ItemRow>>& out);
void read_rows(Poco::Data::Statement& select, std::vector<Found<MailRow>>& out);

template <class Row, class... Bound>
std::vector<Found<Row>> select_rows(Database& database, const std::string& sql, Bound&... bound) {
  Poco::Data::Statement select(database.session());
  select << sql;
  (select.addBind(Poco::Data::Keywords::use(bound)), ...);
  std::vector<Found<Row>> out;
  read_rows(select, out);
  return out;
}

std::vector<MailReply> replies_of(Database& database, const std::string& message);

}  // namespace mugai::gateway
