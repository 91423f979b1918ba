// What a listener demands of its clients. Plain data, shared by all sessions of one configuration.
#pragma once

#include <string>
#include <vector>

#include "config/base/limits.h"
#include "smtp/network.h"

namespace mugai::smtp {

// A bare CR or LF in a message: refuse the message with 550 5.6.11, or make it CRLF. In both cases only
// CRLF.CRLF ends a message.
enum class BareNewline { reject, normalise };

struct ServerPolicy {
  std::string hostname;  // in the greeting
  std::string listener;  // the zone's name, for ClientInfo
  bool offer_starttls = false;
  bool require_tls = false;  // 530 to MAIL without TLS
  BareNewline bare_newline = BareNewline::reject;
  std::vector<Network>
      normalise_clients;  // old internal senders that get `normalise` whatever bare_newline says
  Limits limits;
  unsigned max_errors = 20;          // 5xx to commands, then 421
  unsigned max_idle_commands = 100;  // NOOP, RSET, VRFY ... between two messages, then 421
};

}  // namespace mugai::smtp
