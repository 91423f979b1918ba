// What came of an attempt to deliver, recipient by recipient. Plain values.
#pragma once

#include <string>
#include <vector>

#include "smtp/reply.h"

namespace mugai::smtp {

struct RecipientResult {
  enum class State { delivered, deferred, failed };
  State state = State::deferred;
  Reply reply;                 // the next hop's words; ours (replies.h) when it said nothing that counts
  std::string remote;          // who said it: "mx.example[192.0.2.1]:25"; empty when nobody was reached
  bool dsn_passed_on = false;  // the next hop took over the duty to send DSNs (RFC 3461 §5.2.2)
};

}  // namespace mugai::smtp
