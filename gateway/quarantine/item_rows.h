// Items as rows of the table `quarantine`. Adapters around Poco: what it throws is the caller's, inside of a transaction
// or a catch. Bound to the Database and its thread.
#pragma once

#include "gateway/database/database.h"
#include "gateway/quarantine/item.h"

namespace mugai::gateway {

// All rows that `where` ("WHERE state = $1 ORDER BY ...") finds with these values.
std::vector<ItemRecord> select_items(Database& database, const std::string& where, std::vector<std::string> values);

// The row, locked until the transaction ends. Only inside of one.
std::optional<ItemRecord> lock_item(Database& database, const std::string& id);

// Writes what people and releases change: state, request, decision, order, answer. Only inside of a transaction that has
// locked the row.
void update_item(Database& database, const ItemRecord& item);

}  // namespace mugai::gateway
