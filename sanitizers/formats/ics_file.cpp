#include "sanitizers/formats/ics_file.h"

#include <algorithm>
#include <array>

#include "sanitizers/formats/content_values.h"
#include "sanitizers/formats/ics_component.h"

namespace mugai::sanitize {
namespace {

using enum ValueKind;

constexpr PropertyRule kCalendarRules[] = {
    {"METHOD", token}, {"CALSCALE", token}, {"NAME", text}, {"X-WR-CALNAME", text}, {"X-WR-TIMEZONE", text}};

constexpr PropertyRule kEventRules[] = {{"UID", text},
                                        {"SUMMARY", text},
                                        {"DESCRIPTION", text},
                                        {"LOCATION", text},
                                        {"COMMENT", text},
                                        {"CONTACT", text},
                                        {"RELATED-TO", text},
                                        {"CLASS", token},
                                        {"STATUS", token},
                                        {"TRANSP", token},
                                        {"CATEGORIES", texts},
                                        {"RESOURCES", texts},
                                        {"REQUEST-STATUS", structured},
                                        {"PRIORITY", integer},
                                        {"SEQUENCE", integer},
                                        {"PERCENT-COMPLETE", integer},
                                        {"DTSTAMP", time},
                                        {"DTSTART", time},
                                        {"DTEND", time},
                                        {"DUE", time},
                                        {"COMPLETED", time},
                                        {"CREATED", time},
                                        {"LAST-MODIFIED", time},
                                        {"RECURRENCE-ID", time},
                                        {"RDATE", time},
                                        {"EXDATE", time},
                                        {"FREEBUSY", time},
                                        {"DURATION", time},
                                        {"RRULE", rule},
                                        {"EXRULE", rule},
                                        {"GEO", place},
                                        {"ORGANIZER", person},
                                        {"ATTENDEE", person},
                                        {"URL", link},
                                        {"CONFERENCE", link},
                                        {"COLOR", token},
                                        {"X-MICROSOFT-CDO-BUSYSTATUS", token},
                                        {"X-MICROSOFT-CDO-INTENDEDSTATUS", token},
                                        {"X-MICROSOFT-CDO-ALLDAYEVENT", token},
                                        {"X-MICROSOFT-CDO-IMPORTANCE", token},
                                        {"X-MICROSOFT-CDO-INSTTYPE", token},
                                        {"X-MICROSOFT-DISALLOW-COUNTER", token}};

constexpr PropertyRule kZoneRules[] = {
    {"TZID", text},  {"TZNAME", text}, {"TZOFFSETFROM", offset}, {"TZOFFSETTO", offset}, {"DTSTART", time},
    {"RRULE", rule}, {"RDATE", time},  {"LAST-MODIFIED", time},  {"COMMENT", text},      {"X-LIC-LOCATION", text}};

// An alarm may show a text, and nothing else.
constexpr PropertyRule kAlarmRules[] = {
    {"ACTION", token}, {"TRIGGER", time}, {"DESCRIPTION", text}, {"REPEAT", integer}, {"DURATION", time}};

constexpr ParameterRule kParameters[] = {{"TZID", text},      {"VALUE", token},         {"CN", text},
                                         {"ROLE", token},     {"PARTSTAT", token},      {"RSVP", token},
                                         {"CUTYPE", token},   {"DELEGATED-TO", person}, {"DELEGATED-FROM", person},
                                         {"SENT-BY", person}, {"MEMBER", person},       {"LANGUAGE", token},
                                         {"RELATED", token},  {"RELTYPE", token},       {"RANGE", token},
                                         {"FBTYPE", token}};

struct ComponentRule {
  std::string_view name, parent;
  std::span<const PropertyRule> properties;
};
constexpr ComponentRule kComponents[] = {
    {"VCALENDAR", "", kCalendarRules},       {"VEVENT", "VCALENDAR", kEventRules},
    {"VTODO", "VCALENDAR", kEventRules},     {"VJOURNAL", "VCALENDAR", kEventRules},
    {"VFREEBUSY", "VCALENDAR", kEventRules}, {"VTIMEZONE", "VCALENDAR", kZoneRules},
    {"STANDARD", "VTIMEZONE", kZoneRules},   {"DAYLIGHT", "VTIMEZONE", kZoneRules},
    {"VALARM", "VEVENT", kAlarmRules},       {"VALARM", "VTODO", kAlarmRules}};

constexpr std::string_view kMethods[] = {"PUBLISH", "REQUEST", "REPLY",   "ADD",
                                         "CANCEL",  "REFRESH", "COUNTER", "DECLINECOUNTER"};

// Properties that say nothing to a reader, so that nobody needs to be told that they are gone.
constexpr std::string_view kUnmissed[] = {"VERSION", "PRODID", "BEGIN", "END"};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

std::string_view what_is(const std::string& property) {
  if (property == "ATTACH" || property == "IMAGE" || property == "STRUCTURED-DATA") return "calendar-attachment";
  if (property == "X-ALT-DESC" || property == "STYLED-DESCRIPTION") return "html-form-dropped";
  if (property == "AALARM" || property == "DALARM" || property == "PALARM" || property == "MALARM")
    return "calendar-alarm";
  return "calendar-property";
}

class CalendarReader {
 public:
  CalendarReader(UrlPolicy urls, Removals& removals) : removals_(removals) {
    cleaner_.urls = urls;
    cleaner_.removals = &removals;
  }

  // All calendars of the file. False: it ends early, or is none.
  bool read(const std::vector<ContentLine>& lines) {
    for (const ContentLine& line : lines)
      if (line.name == "VERSION" && line.value.starts_with("1")) cleaner_.legacy = true;
    for (const ContentLine& line : lines) {
      if (line.name == "BEGIN")
        begin(upper(scrubbed(line.value)));
      else if (line.name == "END")
        end(upper(scrubbed(line.value)));
      else if (skipped_.empty() && !open_.empty())
        property(line);
      else if (skipped_.empty())
        removals_.add("calendar-property");
    }
    return open_.empty() && skipped_.empty() && !calendars.empty() && !crossed_;
  }

  std::vector<IcsComponent> calendars;

 private:
  static std::string_view scrubbed(std::string_view word) {
    while (word.ends_with(' ') || word.ends_with('\t')) word.remove_suffix(1);
    while (word.starts_with(' ')) word.remove_prefix(1);
    return word;
  }

  void begin(std::string name) {
    const std::string_view parent = open_.empty() ? std::string_view() : std::string_view(open_.back().name);
    const auto found =
        skipped_.empty()
            ? std::find_if(std::begin(kComponents), std::end(kComponents),
                           [&](const ComponentRule& one) { return one.name == name && one.parent == parent; })
            : std::end(kComponents);
    if (found == std::end(kComponents)) {
      if (skipped_.empty()) removals_.add(name == "VALARM" ? "calendar-alarm" : "calendar-component");
      skipped_.push_back(std::move(name));
      return;
    }
    open_.push_back({std::move(name), {}, {}});
    rules_.push_back(found->properties);
  }

  void end(const std::string& name) {
    if (!skipped_.empty()) {
      crossed_ |= skipped_.back() != name;
      skipped_.pop_back();
      return;
    }
    if (open_.empty() || open_.back().name != name) {
      crossed_ = true;
      return;
    }
    IcsComponent done = std::move(open_.back());
    open_.pop_back();
    rules_.pop_back();
    if (done.name == "VALARM" && !only_shows(done)) {
      removals_.add("calendar-alarm");
      return;
    }
    (open_.empty() ? calendars : open_.back().children).push_back(std::move(done));
  }

  static bool only_shows(const IcsComponent& alarm) {
    const auto actions = std::count_if(alarm.lines.begin(), alarm.lines.end(),
                                       [](const ContentLine& line) { return line.name == "ACTION"; });
    return actions == 1 && alarm.find("ACTION")->value == "DISPLAY" && alarm.find("TRIGGER");
  }

  void property(const ContentLine& line) {
    if (std::find(std::begin(kUnmissed), std::end(kUnmissed), line.name) != std::end(kUnmissed)) return;
    const PropertyRule* rule = find_rule(rules_.back(), line.name);
    ContentLine clean;
    clean.name = line.name;
    if (rule && rule->kind == link && cleaner_.urls != UrlPolicy::keep && is_web_link(line.value)) {
      // A link that must not lead anywhere is a text: where it would have led is still said.
      clean.name = "COMMENT";
      clean.value = escape_text(cleaner_.clean_text(escape_text(line.value)));
    } else {
      const std::optional<std::string> value = rule ? cleaner_.clean(rule->kind, line.value) : std::nullopt;
      if (!value) {
        removals_.add(what_is(line.name));
        return;
      }
      clean.value = *value;
      clean.parameters = cleaner_.clean_parameters(line, kParameters);
    }
    if (clean.name == "METHOD" || clean.name == "ACTION" || clean.name == "STATUS") clean.value = upper(clean.value);
    if (clean.name == "METHOD" &&
        std::find(std::begin(kMethods), std::end(kMethods), clean.value) == std::end(kMethods)) {
      removals_.add("calendar-property");
      return;
    }
    open_.back().lines.push_back(std::move(clean));
  }

  Removals& removals_;
  ValueCleaner cleaner_;
  std::vector<IcsComponent> open_;
  std::vector<std::span<const PropertyRule>> rules_;  // of each open component
  std::vector<std::string> skipped_;                  // components inside of one that does not cross
  bool crossed_ = false;                              // an END without its BEGIN
};

void append_marker(std::string_view word, const std::string& name, std::string& out) {
  append_content_line({"", std::string(word), {}, name}, out);
}

// Recursion is bounded by the levels of the allow-list.
void append_component(const IcsComponent& component, std::string& out) {
  append_marker("BEGIN", component.name, out);
  if (component.name == "VCALENDAR") out += "VERSION:2.0\r\nPRODID:-//Mugai//Mugai//EN\r\n";
  for (const ContentLine& line : component.lines) append_content_line(line, out);
  for (const IcsComponent& child : component.children) append_component(child, out);
  append_marker("END", component.name, out);
}

}  // namespace

Outcome IcsFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  if (input.bytes.size() > context.profile.limits.max_text_bytes) return Outcome::held("text-too-large");
  const ContentLines content = read_content_lines(input.bytes, input.charset);
  Removals removals;
  CalendarReader reader(context.profile.urls, removals);
  if (!reader.read(content.lines)) return Outcome::held("damaged-calendar");
  removals.add("calendar-property", content.malformed);
  std::string text;
  for (const IcsComponent& one : reader.calendars) append_component(one, text);
  if (!out.write(text)) return Outcome::failed("output");

  Outcome outcome;
  outcome.summary = ics_summary(reader.calendars.front());
  if (const ContentLine* method = reader.calendars.front().find("METHOD"))
    outcome.parameters = "; method=" + method->value;
  outcome.action = Action::rebuilt;
  outcome.method = 3;
  outcome.type_out = type_by_id("ics");
  outcome.charset_out = "utf-8";
  if (content.lossy) outcome.reasons.push_back("undecodable-characters");
  outcome.removed = std::move(removals.list);
  outcome.kind = outcome.removed.empty() && outcome.reasons.empty() ? Outcome::Kind::clean : Outcome::Kind::altered;
  return outcome;
}

}  // namespace mugai::sanitize
