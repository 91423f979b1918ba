// The SMTP envelope: what MAIL and RCPT said, with the parameters of RFC 1870 (SIZE), RFC 3461 (DSN), RFC
// 6152 (BODY) and RFC 6531 (SMTPUTF8). Plain values; made by the server session, kept in the spool, given to
// the client session.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mugai::smtp {

// An address as it stands between "<" and ">": local@domain, UTF-8 when SMTPUTF8 was used; empty for the null
// reverse-path. A type of its own, so that it is not mixed up with other strings.
struct Address {
  std::string text;

  bool empty() const { return text.empty(); }
  std::string local() const;   // before the last '@'
  std::string domain() const;  // after it, ASCII lower-cased
  friend bool operator==(const Address&, const Address&) = default;
};

enum class Body { seven_bit, eight_bit_mime, binary_mime };

struct Notify {  // RFC 3461 §4.1; nothing set means the default: failure (and delay)
  bool never = false, success = false, failure = false, delay = false;
};

struct Recipient {
  Address forward_path;
  Notify notify;
  std::string original;  // ORCPT as it came: "rfc822;user+40example.com"; empty when absent
};

struct Envelope {
  Address reverse_path;
  std::vector<Recipient> recipients;
  Body body = Body::seven_bit;
  bool smtputf8 = false;
  uint64_t declared_size = 0;  // SIZE=; 0 when absent
  enum class Return { unspecified, full, headers } ret = Return::unspecified;
  std::string envid;  // ENVID as it came (xtext)
};

}  // namespace mugai::smtp
