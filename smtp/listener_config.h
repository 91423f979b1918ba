// All that a Server needs to know about one listener. Plain data; the gateway makes it from the
// configuration.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "smtp/network.h"
#include "smtp/server_policy.h"
#include "smtp/tls.h"

namespace mugai::smtp {

struct ServerTimeouts {                             // RFC 5321 §4.5.3.2.7 and §4.5.3.2.4-6
  std::chrono::milliseconds command{300'000};       // without a complete command
  std::chrono::milliseconds data_block{180'000};    // without any byte of a message
  std::chrono::milliseconds whole_data{3'600'000};  // for one message from DATA to its end
  std::chrono::milliseconds handshake{60'000};      // STARTTLS; and for the PROXY header
  std::chrono::milliseconds linger{5'000};          // after our last word
};

struct ListenerConfig {
  ServerPolicy policy;                // policy.offer_starttls follows from `tls`
  std::vector<std::string> listen;    // "0.0.0.0:25", "[::]:25"; port 0 takes a free one
  std::shared_ptr<tls::Context> tls;  // null: no STARTTLS
  std::vector<Network> proxy_peers;   // these must begin with a PROXY header; nobody else may
  size_t max_connections = 10'000;
  size_t max_connections_per_client = 100;
  ServerTimeouts timeouts;
};

}  // namespace mugai::smtp
