// One SMTP reply: what a server session says and what a client session heard (RFC 5321 §4.2, RFC 3463).
// `text` may have several lines, separated by LF. Plain value. to_wire() can be trusted with text from
// outside: what would break the line structure becomes a blank.
#pragma once

#include <string>

namespace mugai::smtp {

struct Reply {
  int code = 0;          // 0: there is no reply
  std::string enhanced;  // "2.1.5"; empty where RFC 2034 has none (greeting, EHLO, 354)
  std::string text;

  bool positive() const { return code >= 200 && code < 400; }
  bool transient() const { return code >= 400 && code < 500; }
  bool permanent() const { return code >= 500 && code < 600; }
};

// "250-2.1.0 first\r\n250 2.1.0 last\r\n"; no line is longer than 512 octets.
std::string to_wire(const Reply& reply);

// "550 5.7.1 No flow allows this": one line for logs, tracking and DSNs.
std::string to_line(const Reply& reply);

}  // namespace mugai::smtp
