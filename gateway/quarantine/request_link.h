// The link by which a recipient asks for what was held of a mail to them, without an account: signed, bound to that mail and
// that recipient, and over on a day. Whoever has the link may see what that recipient was told anyway, and ask. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/accounts/secrets.h"

namespace mugai::gateway {

struct RequestLink {
  std::string message;      // or group of its recipients: what its items' ids begin with
  std::string recipient;
  int64_t expires_ms = 0;
};

// The part behind "https://…/r/": letters, digits, '-', '_' and '.'.
std::string request_token(const Secrets& secrets, const RequestLink& link);
// Nothing for what is forged, malformed or over: they are not told apart.
std::optional<RequestLink> open_request_token(const Secrets& secrets, std::string_view untrusted_token, int64_t now_ms);

}  // namespace mugai::gateway
