// What may stand in a property of a calendar or a contact: each kind of value has a shape, and a value is written anew in
// that shape or not at all. Texts are scrubbed like the text of a mail, links in them per policy. Cleaning what was
// cleaned changes nothing. Pure, linear.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/base/profile.h"
#include "sanitizers/formats/content_lines.h"
#include "sanitizers/report.h"

namespace mugai::sanitize {

enum class ValueKind {
  text,        // one text
  texts,       // some, with commas between
  structured,  // parts with ";" between, each some texts
  token,       // a word of letters, digits and "-"
  integer,
  time,    // dates, times, durations, periods and lists of them
  rule,    // of recurrence
  offset,  // from UTC
  place,   // GEO
  person,  // mailto: and nothing else
  link,    // http or https
  telephone,
};

struct PropertyRule {
  std::string_view name;
  ValueKind kind;
};

struct ParameterRule {
  std::string_view name;
  ValueKind kind;  // text, token or person
};

// What went, added up by id.
class Removals {
 public:
  void add(std::string_view what, uint64_t count = 1);
  void add(const std::vector<Removed>& more);
  std::vector<Removed> list;
};

struct ValueCleaner {
  UrlPolicy urls = UrlPolicy::defang;
  bool legacy = false;  // vCalendar 1.0, vCard 2.1
  Removals* removals = nullptr;

  // The value as it is written; nothing when it has not the shape.
  std::optional<std::string> clean(ValueKind kind, std::string_view value) const;
  // A text without escapes, scrubbed.
  std::string clean_text(std::string_view escaped) const;
  // The parameters of a line that `rules` allow. `address`: of the person that the line is about.
  std::vector<LineParameter> clean_parameters(const ContentLine& line, std::span<const ParameterRule> rules) const;
};

// "mailto:a@b", whatever spelling it came in. Who has no address of the Internet is "invalid:nomail".
std::string clean_person(std::string_view value);

// True for http and https only.
bool is_web_link(std::string_view value);

const PropertyRule* find_rule(std::span<const PropertyRule> rules, std::string_view upper_name);

}  // namespace mugai::sanitize
