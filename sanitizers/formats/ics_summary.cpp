#include <algorithm>
#include <array>
#include <cstdio>

#include "sanitizers/formats/content_values.h"
#include "sanitizers/formats/ics_component.h"
#include "sanitizers/text/utf8.h"

namespace mugai::sanitize {
namespace {

constexpr size_t kMaxShown = 10;
constexpr size_t kMaxDescription = 3'000;  // bytes; the whole is in the file
constexpr size_t kMaxLine = 600;

struct Method {
  std::string_view name, label;
};
constexpr Method kMethods[] = {{"REQUEST", "招待 / Invitation"},
                               {"CANCEL", "取り消し / Cancelled"},
                               {"REPLY", "返答 / Reply"},
                               {"COUNTER", "変更の提案 / Counter proposal"},
                               {"DECLINECOUNTER", "提案の辞退 / Proposal declined"},
                               {"ADD", "追加 / Added"},
                               {"REFRESH", "再送の依頼 / Request for the latest version"}};

struct Moment {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  bool has_time = false, utc = false;
};

// "20261125T100000Z" or "20261125"; nothing else is a moment.
bool read_moment(std::string_view value, Moment& out) {
  const auto digits = [&](size_t at, size_t count) {
    int number = 0;
    for (size_t i = at; i < at + count; ++i) {
      if (byte_at(value, i) < '0' || byte_at(value, i) > '9') return -1;
      number = number * 10 + (value[i] - '0');
    }
    return number;
  };
  out.year = digits(0, 4);
  out.month = digits(4, 2);
  out.day = digits(6, 2);
  out.has_time = byte_at(value, 8) == 'T';
  if (out.has_time) {
    out.hour = digits(9, 2);
    out.minute = digits(11, 2);
  }
  out.utc = value.ends_with('Z');
  return out.year >= 0 && out.month >= 1 && out.month <= 12 && out.day >= 1 && out.day <= 31 && out.hour >= 0 &&
         out.minute >= 0;
}

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<size_t>(month - 1)];
}

// Sakamoto's method; 0 is Sunday.
int weekday(int year, int month, int day) {
  constexpr std::array<int, 12> kShift = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
  if (month < 3) --year;
  return (year + year / 4 - year / 100 + year / 400 + kShift[static_cast<size_t>(month - 1)] + day) % 7;
}

Moment nine_hours_later(Moment moment) {
  moment.hour += 9;
  if (moment.hour < 24) return moment;
  moment.hour -= 24;
  if (++moment.day > days_in(moment.year, moment.month)) {
    moment.day = 1;
    if (++moment.month > 12) {
      moment.month = 1;
      ++moment.year;
    }
  }
  return moment;
}

std::string written(const Moment& moment) {
  constexpr std::array<const char*, 7> kWeekdays = {"日", "月", "火", "水", "木", "金", "土"};
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d (%s)", moment.year, moment.month, moment.day,
                kWeekdays[static_cast<size_t>(weekday(moment.year, moment.month, moment.day))]);
  std::string out = text;
  if (!moment.has_time) return out;
  std::snprintf(text, sizeof text, " %02d:%02d", moment.hour, moment.minute);
  return out + text;
}

// A time as it is written, with its zone; what is in UTC also as the clocks in Japan show it.
std::string written(const ContentLine& line) {
  Moment moment;
  if (!read_moment(line.value, moment)) return line.value.substr(0, kMaxLine);
  if (moment.utc) return written(nine_hours_later(moment)) + " 日本時間 [" + written(moment) + " UTC]";
  const LineParameter* zone = line.find("TZID");
  return written(moment) + (zone ? " [" + zone->values.front() + "]" : "");
}

std::string one_line(std::string_view text) {
  std::string out(text.substr(0, kMaxLine));
  while (!is_valid_utf8(out)) out.pop_back();
  std::replace(out.begin(), out.end(), '\n', ' ');
  return out;
}

std::string text_of(const IcsComponent& component, std::string_view name) {
  const ContentLine* line = component.find(name);
  return line ? unescape_text(line->value, false) : std::string();
}

std::string person(const ContentLine& line) {
  const LineParameter* name = line.find("CN");
  const std::string address = line.value.starts_with("mailto:") ? line.value.substr(7) : std::string();
  if (!name) return address;
  if (address.empty() || name->values.front() == address) return name->values.front();
  return name->values.front() + " <" + address + ">";
}

void add_line(std::string& out, std::string_view label, std::string_view value) {
  if (!value.empty()) out.append(label).append(": ").append(value).append("\n");
}

void describe(const IcsComponent& one, std::string& out) {
  add_line(out, "件名 / Subject", one_line(text_of(one, "SUMMARY")));
  if (const ContentLine* status = one.find("STATUS"); status && status->value == "CANCELLED")
    out += "状態 / Status: 取り消し / Cancelled\n";
  if (const ContentLine* start = one.find("DTSTART")) add_line(out, "開始 / Start", written(*start));
  if (const ContentLine* end = one.find("DTEND")) add_line(out, "終了 / End", written(*end));
  if (const ContentLine* due = one.find("DUE")) add_line(out, "期限 / Due", written(*due));
  if (const ContentLine* length = one.find("DURATION")) add_line(out, "長さ / Duration", one_line(length->value));
  if (const ContentLine* rule = one.find("RRULE")) add_line(out, "繰り返し / Repeats", one_line(rule->value));
  add_line(out, "場所 / Place", one_line(text_of(one, "LOCATION")));
  if (const ContentLine* organizer = one.find("ORGANIZER"))
    add_line(out, "主催者 / Organizer", one_line(person(*organizer)));
  const auto attendees = std::count_if(one.lines.begin(), one.lines.end(),
                                       [](const ContentLine& line) { return line.name == "ATTENDEE"; });
  if (attendees > 0) add_line(out, "出席者 / Attendees", std::to_string(attendees));
  for (const ContentLine& line : one.lines)
    if (line.name == "URL" || line.name == "CONFERENCE")
      add_line(out, "リンク / Link", one_line(unescape_text(line.value, false)));
  std::string description = text_of(one, "DESCRIPTION");
  if (description.size() > kMaxDescription) {
    description.resize(kMaxDescription);
    while (!is_valid_utf8(description)) description.pop_back();
    description += "\n[続きは添付の予定表 / continued in the attached calendar]";
  }
  while (description.ends_with('\n') || description.ends_with(' ')) description.pop_back();
  if (!description.empty()) out += "説明 / Description:\n" + description + "\n";
}

}  // namespace

std::string ics_summary(const IcsComponent& calendar) {
  std::string out = "[予定 / Calendar";
  if (const ContentLine* method = calendar.find("METHOD"))
    for (const Method& one : kMethods)
      if (one.name == method->value) out.append(": ").append(one.label);
  out += "]\n";
  size_t shown = 0, all = 0;
  for (const IcsComponent& one : calendar.children) {
    if (one.name == "VTIMEZONE" || one.name == "VFREEBUSY") continue;
    if (++all > kMaxShown) continue;
    if (shown++ > 0) out += "\n";
    describe(one, out);
  }
  if (all == 0) return {};
  if (all > kMaxShown) out += "\n[ほか " + std::to_string(all - kMaxShown) + " 件 / more in the attached calendar]\n";
  return out;
}

}  // namespace mugai::sanitize
