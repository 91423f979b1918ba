// The lines of which calendars and contacts are made (RFC 5545 §3.1, RFC 6350 §3.3, and vCalendar 1.0 and vCard 2.1 before
// them): GROUP.NAME;PARAMETER=VALUE:value, folded. Reading takes what phones and mail programs really write: any charset,
// per file or per line, quoted-printable with soft breaks, parameters without a name. Every text that comes out is UTF-8.
// Writing is canonical: UTF-8, CRLF, folded at 75 octets between characters. Judges nothing. Pure, linear.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

struct LineParameter {
  std::string name;                 // upper-case; "TYPE" for one without a name
  std::vector<std::string> values;  // without quotes
};

struct ContentLine {
  std::string group;  // or empty
  std::string name;   // upper-case
  std::vector<LineParameter> parameters;
  std::string value;  // still escaped as in the file; of base64, still base64

  const LineParameter* find(std::string_view upper_name) const;
  bool has_value(std::string_view upper_name, std::string_view value) const;  // ignoring case
};

struct ContentLines {
  std::vector<ContentLine> lines;  // what is no line of that shape is left out and counted
  size_t malformed = 0;
  bool lossy = false;  // a character could not be decoded
};

ContentLines read_content_lines(Bytes untrusted_bytes, std::string_view declared_charset);

void append_content_line(const ContentLine& line, std::string& out);

// TEXT values (RFC 5545 §3.3.11): "\n" and "\," are a line end and a comma. `legacy`: vCard 2.1 escapes only ";".
std::string unescape_text(std::string_view value, bool legacy);
std::string escape_text(std::string_view text);
// At each unescaped separator.
std::vector<std::string_view> split_value(std::string_view value, char separator);

}  // namespace mugai::sanitize
