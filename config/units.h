// Sizes and times as an administrator writes them: "100 MiB", "4h", "250ms". A bare number has no unit and is
// refused, except 0: guessing whether 30 means seconds or minutes loses mail. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugai::config {

std::optional<int64_t> parse_size(std::string_view text);         // bytes; B, KiB, MiB, GiB, TiB
std::optional<int64_t> parse_duration_ms(std::string_view text);  // ms, s, m, h, d
std::string size_text(int64_t bytes);
std::string duration_text(int64_t ms);

}  // namespace mugai::config
