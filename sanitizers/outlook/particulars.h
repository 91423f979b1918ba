// What an appointment, a task or a contact of Outlook says outside of its text: times, place, names, numbers, as lines for
// a reader. Empty for mails. Pure.
#pragma once

#include <string>

#include "sanitizers/outlook/item.h"

namespace mugai::sanitize::outlook {

std::string particulars_of(const Item& item);

// A FILETIME as a civil time in UTC; year 0 when it is none that a person means (before 1601 or after 9999).
struct CivilTime {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int weekday = 0;  // 0: Sunday
};
CivilTime civil_time(uint64_t filetime);

}  // namespace mugai::sanitize::outlook
