#include "sanitizers/outlook/particulars.h"

#include <cstdio>

namespace mugai::sanitize::outlook {
namespace {

struct Line {
  uint16_t tag;
  const char* label;
};

constexpr Line kContactLines[] = {
    {kDisplayName, "氏名 / Name"},
    {0x3A16, "会社 / Company"},
    {0x3A18, "部署 / Department"},
    {0x3A17, "役職 / Title"},
    {kEmail1, "メール / E-mail"},
    {kEmail2, "メール / E-mail"},
    {kEmail3, "メール / E-mail"},
    {0x3A08, "電話 / Telephone"},
    {0x3A1C, "携帯 / Mobile"},
    {0x3A09, "自宅 / Home"},
    {0x3A24, "FAX"},
    {kWorkAddress, "住所 / Address"},
    {0x3A15, "住所 / Address"},
};

bool begins(std::string_view text, std::string_view with) {
  return equals_ignoring_case(text.substr(0, with.size()), with);
}

void add_line(std::string& out, std::string_view label, std::string_view value) {
  if (!value.empty()) out.append(label).append(": ").append(value).append("\n");
}

// As the clocks in Japan show it, and in UTC, which is how Outlook keeps it.
std::string written(uint64_t filetime) {
  constexpr uint64_t kNineHours = 324'000'000'000;
  const CivilTime utc = civil_time(filetime), japan = civil_time(filetime + kNineHours);
  if (utc.year == 0 || japan.year == 0) return {};
  char text[120];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d 日本時間 [%04d-%02d-%02d %02d:%02d UTC]", japan.year,
                japan.month, japan.day, japan.hour, japan.minute, utc.year, utc.month, utc.day, utc.hour, utc.minute);
  return text;
}

uint64_t first_time(const PropertyBag& bag, uint16_t tag, uint16_t other) {
  const uint64_t time = bag.time(tag);
  return time != 0 ? time : bag.time(other);
}

}  // namespace

// Howard Hinnant's days-to-civil for the proleptic Gregorian calendar.
CivilTime civil_time(uint64_t filetime) {
  constexpr uint64_t kPerSecond = 10'000'000, kDay = 86'400;
  constexpr uint64_t kDaysTo9999 = 3'067'671;
  const uint64_t seconds = filetime / kPerSecond, days_since_1601 = seconds / kDay;
  CivilTime out;
  if (filetime == 0 || days_since_1601 >= kDaysTo9999) return out;
  constexpr uint64_t kDaysFrom0000To1601 = 584'694;  // from 0000-03-01
  const uint64_t days = days_since_1601 + kDaysFrom0000To1601;
  const uint64_t era = days / 146'097, day_of_era = days % 146'097;
  const uint64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint64_t shifted_month = (5 * day_of_year + 2) / 153;
  out.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  out.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  out.year = static_cast<int>(year_of_era + era * 400 + (out.month <= 2 ? 1 : 0));
  out.hour = static_cast<int>(seconds % kDay / 3'600);
  out.minute = static_cast<int>(seconds % 3'600 / 60);
  out.second = static_cast<int>(seconds % 60);
  out.weekday = static_cast<int>((days_since_1601 + 1) % 7);  // 1601-01-01 was a Monday
  return out;
}

std::string particulars_of(const Item& item) {
  const PropertyBag& bag = item.properties;
  const std::string kind = bag.line(kMessageClass);
  std::string out;
  if (begins(kind, "IPM.Appointment") || begins(kind, "IPM.Schedule.Meeting") ||
      begins(kind, "IPM.Microsoft Schedule")) {
    add_line(out, "[予定 / Appointment]\n件名 / Subject", bag.line(kSubject));
    add_line(out, "開始 / Start", written(first_time(bag, kAppointmentStart, kStartDate)));
    add_line(out, "終了 / End", written(first_time(bag, kAppointmentEnd, kEndDate)));
    add_line(out, "場所 / Place", bag.line(kLocation));
    add_line(out, "主催者 / Organizer", bag.line(kRepresentingName));
  } else if (begins(kind, "IPM.Task")) {
    add_line(out, "[タスク / Task]\n件名 / Subject", bag.line(kSubject));
    add_line(out, "開始 / Start", written(bag.time(kTaskStart)));
    add_line(out, "期限 / Due", written(bag.time(kTaskDue)));
  } else if (begins(kind, "IPM.Contact")) {
    out = "[連絡先 / Contact]\n";
    for (const Line& line : kContactLines) add_line(out, line.label, bag.line(line.tag));
  }
  return out;
}

}  // namespace mugai::sanitize::outlook
