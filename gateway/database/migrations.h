// The tables, as steps from each version to the next. A step that was ever released is never edited: databases out there
// have it behind them. Statements are valid in SQLite and PostgreSQL alike.
#pragma once

#include <span>
#include <string_view>

namespace mugai::gateway {

// migrations()[i] leads from version i to version i + 1.
std::span<const std::span<const std::string_view>> migrations();

}  // namespace mugai::gateway
