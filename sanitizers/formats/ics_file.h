// Calendars (iCalendar, RFC 5545; vCalendar 1.0 becomes iCalendar): every line written anew from an allow-list of components,
// properties and parameters, UTF-8, folded at 75 octets. Attachments, alarms that do more than show a text, HTML texts and
// links to anything but web pages are gone. An invitation stays one: its METHOD is kept, in the file and as a parameter of
// its media type, and a summary says in the mail what, when, where and by whom. It leaves as an attachment all the same: that
// a stranger's invitation enters a calendar without a click is nothing that recipients want. A file that ends early or is
// no calendar is held ("damaged-calendar").
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class IcsFormat : public Format {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
