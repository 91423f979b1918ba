// Where mail goes next, as the configuration writes it: smtp://host[:port], lmtp://host[:port],
// lmtp:///unix/socket or maildir:PATH. Plain value; parse_next_hop() says precisely what is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/base/result.h"

namespace mugai::smtp {

struct NextHop {
  enum class Kind { smtp, lmtp, lmtp_unix, maildir };
  Kind kind = Kind::smtp;
  std::string host;  // smtp, lmtp; an IPv6 address without brackets
  uint16_t port = 25;
  std::string path;  // lmtp_unix, maildir

  std::string text() const;  // canonical; equal next hops have equal texts
  friend bool operator==(const NextHop&, const NextHop&) = default;
};

Result<NextHop> parse_next_hop(std::string_view text);

}  // namespace mugai::smtp
