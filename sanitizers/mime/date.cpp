#include <gmime/gmime.h>

#include "sanitizers/mime/headers.h"

namespace mugai::sanitize {

std::string canonical_date(Bytes untrusted_raw_value) {
  constexpr size_t kLongestDate = 200;
  constexpr std::array<const char*, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (untrusted_raw_value.size() > kLongestDate) return {};
  const std::string text(untrusted_raw_value);
  const std::unique_ptr<GDateTime, void (*)(GDateTime*)> date(
      g_mime_utils_header_decode_date(text.c_str()), [](GDateTime* one) {
        if (one) g_date_time_unref(one);
      });
  if (!date) return {};
  const int day = g_date_time_get_day_of_week(date.get()), month = g_date_time_get_month(date.get());
  if (day < 1 || day > 7 || month < 1 || month > 12) return {};
  const int offset_minutes = static_cast<int>(g_date_time_get_utc_offset(date.get()) / G_TIME_SPAN_MINUTE);
  const int magnitude = offset_minutes < 0 ? -offset_minutes : offset_minutes;
  std::array<char, 64> out{};
  g_snprintf(out.data(), out.size(), "%s, %02d %s %04d %02d:%02d:%02d %c%02d%02d", kDays[static_cast<size_t>(day - 1)],
             g_date_time_get_day_of_month(date.get()), kMonths[static_cast<size_t>(month - 1)],
             g_date_time_get_year(date.get()), g_date_time_get_hour(date.get()), g_date_time_get_minute(date.get()),
             g_date_time_get_second(date.get()), offset_minutes < 0 ? '-' : '+', magnitude / 60, magnitude % 60);
  return out.data();
}

}  // namespace mugai::sanitize
