// A calendar as a tree of components with clean lines, between reading and writing. Never deeper than the three levels that
// the allow-list has (calendar, event, alarm).
#pragma once

#include <string>
#include <vector>

#include "sanitizers/formats/content_lines.h"

namespace mugai::sanitize {

struct IcsComponent {
  std::string name;  // "VEVENT"
  std::vector<ContentLine> lines;
  std::vector<IcsComponent> children;

  const ContentLine* find(std::string_view upper_name) const {
    for (const ContentLine& line : lines)
      if (line.name == upper_name) return &line;
    return nullptr;
  }
};

// What a person reads about the events and tasks of a calendar, Japanese labels with English ones; UTF-8, LF.
std::string ics_summary(const IcsComponent& calendar);

}  // namespace mugai::sanitize
