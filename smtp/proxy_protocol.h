// The PROXY protocol, versions 1 and 2 (haproxy.org, proxy-protocol.txt): the line or block with which a load
// balancer tells the true client before the first byte of SMTP. Pure; the caller decides which peers may (and
// then must) send it, gathers bytes until the answer is not `more`, and closes on `malformed`. Needs at most
// kMaxProxyHeader bytes.
#pragma once

#include <cstdint>
#include <string>

#include "config/base/bytes.h"

namespace mugai::smtp {

inline constexpr size_t kMaxProxyHeader = 2048;  // v1: 107; v2: 16 + addresses + TLVs, of which ours have few

struct ProxyHeader {
  enum class Kind { more, malformed, local, proxied };
  Kind kind = Kind::more;
  size_t length = 0;    // of the header; what follows is SMTP
  std::string address;  // proxied only
  uint16_t port = 0;
};

// `local` (v2 LOCAL, v1 UNKNOWN, other address families): the connection is the peer's own, keep its address.
ProxyHeader parse_proxy_header(Bytes untrusted);

}  // namespace mugai::smtp
