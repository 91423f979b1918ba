// The time of a ZIP member (APPNOTE 4.4.6): local, from 1980 to 2107, in steps of two seconds. Times that do not exist
// become the first one that does. Needs the process's time zone for moments, not for what came from a ZIP.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>

namespace mugai::sanitize {

struct ZipTime {
  uint16_t date = 0x21, time = 0;   // 1980-01-01 00:00

  static ZipTime from_fields(uint16_t date, uint16_t time) {
    const unsigned month = date >> 5 & 15, day = date & 31, hour = time >> 11, minute = time >> 5 & 63, second = time & 31;
    const bool exists = month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60 && second < 30;
    return exists ? ZipTime{date, time} : ZipTime{};
  }

  static ZipTime from_moment(std::time_t moment) {
    std::tm local{};
    if (!::localtime_r(&moment, &local) || local.tm_year < 80) return {};
    if (local.tm_year > 207) return {0xff9f, 0xbf7d};   // 2107-12-31 23:59:58
    return from_fields(static_cast<uint16_t>((local.tm_year - 80) << 9 | (local.tm_mon + 1) << 5 | local.tm_mday),
                       static_cast<uint16_t>(local.tm_hour << 11 | local.tm_min << 5 | std::min(local.tm_sec, 59) / 2));
  }
};

}  // namespace mugai::sanitize
