// Asks clamd about some bytes, over its local or TCP socket. Blocking, with one deadline for all of it; any thread.
// Whatever goes wrong is a failed ScanResult: there is no way from an error to "clean".
#pragma once

#include "config/config.h"
#include "gateway/av/clamd_protocol.h"

namespace mugai::gateway {

ScanResult scan_with_clamd(const config::Antivirus& antivirus, Bytes bytes);

}  // namespace mugai::gateway
