#include "config/units.h"

#include <charconv>
#include <limits>
#include <span>

namespace mugai::config {
namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};
constexpr Unit kSizes[] = {
    {"TiB", 1ll << 40}, {"GiB", 1ll << 30}, {"MiB", 1ll << 20}, {"KiB", 1ll << 10}, {"B", 1}};
constexpr Unit kTimes[] = {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};

std::optional<int64_t> parse(std::string_view text, std::span<const Unit> units) {
  if (text == "0") return 0;
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  std::string_view name = text.substr(static_cast<size_t>(end - text.data()));
  while (!name.empty() && name[0] == ' ') name.remove_prefix(1);
  for (const Unit& unit : units) {
    if (name != unit.name) continue;
    if (number > std::numeric_limits<int64_t>::max() / unit.factor) return std::nullopt;
    return number * unit.factor;
  }
  return std::nullopt;
}

std::string format(int64_t number, std::span<const Unit> units, std::string_view gap) {
  if (number == 0) return "0";
  for (const Unit& unit : units)
    if (number % unit.factor == 0) return std::to_string(number / unit.factor).append(gap).append(unit.name);
  return std::to_string(number);
}

}  // namespace

std::optional<int64_t> parse_size(std::string_view text) {
  return parse(text, kSizes);
}
std::optional<int64_t> parse_duration_ms(std::string_view text) {
  return parse(text, kTimes);
}
std::string size_text(int64_t bytes) {
  return format(bytes, kSizes, " ");
}
std::string duration_text(int64_t ms) {
  return format(ms, kTimes, "");
}

}  // namespace mugai::config
