// The time of day, as the gateway uses it. Milliseconds since 1970, UTC.
#pragma once

#include <cstdint>
#include <string>

namespace mugai::gateway {

int64_t now_ms();

// RFC 5322 §3.3, in local time with its offset.
std::string rfc5322_date(int64_t at_ms);

// "2026-11-20T22:31:05Z"
std::string iso8601(int64_t at_ms);

}  // namespace mugai::gateway
