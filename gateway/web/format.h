// Times, sizes and numbers as people read them. Times are local. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugai::gateway::web {

std::string local_time(int64_t at_ms);          // "2026-11-21 14:05"; empty for 0
std::string local_time_exact(int64_t at_ms);    // with seconds
std::string size_of(uint64_t bytes);            // "312 B", "1.4 MB"
std::string grouped(uint64_t number);           // "12,345"
std::string age(int64_t ms, std::string_view language);   // "3 時間", "3 h"

// "2026-11-21" as local midnight.
std::optional<int64_t> day_ms(std::string_view untrusted_date, int days_later = 0);
std::optional<int64_t> number_of(std::string_view untrusted);

}  // namespace mugai::gateway::web
