// The tables, as steps from each version to the next. A step that was ever released is never edited: databases out there
// have it behind them. Statements are valid in SQLite and PostgreSQL alike, but for those that begin with kOnlySqlite or
// kOnlyPostgresql: indexes for words, whose tables have nothing in common.
#pragma once

#include <span>
#include <string_view>

namespace mugai::gateway {

constexpr std::string_view kOnlySqlite = "/* SQLite */ ";
constexpr std::string_view kOnlyPostgresql = "/* PostgreSQL */ ";

// migrations()[i] leads from version i to version i + 1.
std::span<const std::span<const std::string_view>> migrations();

}  // namespace mugai::gateway
