#include "gateway/web/format.h"

#include <charconv>
#include <cstdio>
#include <ctime>

namespace mugai::gateway::web {

namespace {

std::string formatted(int64_t at_ms, const char* format) {
  if (at_ms == 0) return "";
  const std::time_t seconds = at_ms / 1000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  char text[40];
  return {text, std::strftime(text, sizeof text, format, &local)};
}

}  // namespace

std::string local_time(int64_t at_ms) { return formatted(at_ms, "%Y-%m-%d %H:%M"); }
std::string local_time_exact(int64_t at_ms) { return formatted(at_ms, "%Y-%m-%d %H:%M:%S"); }

std::string size_of(uint64_t bytes) {
  if (bytes < 1'000) return std::to_string(bytes) + " B";
  constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB", "PB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  for (value /= 1'000; value >= 999.5 && unit < 4; ++unit) value /= 1'000;
  char text[32];
  std::snprintf(text, sizeof text, value < 9.95 ? "%.1f %s" : "%.0f %s", value, kUnits[unit]);
  return text;
}

std::string grouped(uint64_t number) {
  std::string out = std::to_string(number);
  for (size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, ",");
  return out;
}

std::string age(int64_t ms, std::string_view language) {
  const int64_t minutes = ms / 60'000;
  const auto say = [&](int64_t number, const char* ja, const char* en) { return std::to_string(number) + (language == "en" ? en : ja); };
  if (minutes < 60) return say(minutes, " 分", " min");
  if (minutes < 48 * 60) return say(minutes / 60, " 時間", " h");
  return say(minutes / (24 * 60), " 日", " days");
}

std::optional<int64_t> number_of(std::string_view untrusted) {
  int64_t value = 0;
  const auto parsed = std::from_chars(untrusted.data(), untrusted.data() + untrusted.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != untrusted.data() + untrusted.size()) return std::nullopt;
  return value;
}

std::optional<int64_t> day_ms(std::string_view untrusted_date, int days_later) {
  if (untrusted_date.size() != 10 || untrusted_date[4] != '-' || untrusted_date[7] != '-') return std::nullopt;
  const auto year = number_of(untrusted_date.substr(0, 4)), month = number_of(untrusted_date.substr(5, 2)),
             day = number_of(untrusted_date.substr(8, 2));
  if (!year || !month || !day || *year < 1970 || *year > 9999 || *month < 1 || *month > 12 || *day < 1 || *day > 31) return std::nullopt;
  std::tm local{};
  local.tm_year = static_cast<int>(*year - 1900);
  local.tm_mon = static_cast<int>(*month - 1);
  local.tm_mday = static_cast<int>(*day) + days_later;
  local.tm_isdst = -1;
  return static_cast<int64_t>(std::mktime(&local)) * 1000;
}

}  // namespace mugai::gateway::web
