// The worker: `mugai worker`, a process that parses foreign bytes and nothing else. It loads what it needs, locks itself
// into the cage, then answers requests on descriptor 3 until that is closed. It is replaced after a number of messages,
// and whenever it crashes, hangs or grows.
#pragma once

#include <string>

#include "config/base/limits.h"

namespace mugai::gateway {

constexpr int kWorkerSocket = 3;

// Exit status of the process. `probe` is empty, or a thing to try from inside the cage (see is_refused): 0 when refused.
int worker_main(const Limits& limits, const std::string& probe);

}  // namespace mugai::gateway
