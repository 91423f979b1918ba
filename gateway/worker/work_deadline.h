// How long a worker may take: at first what the size of the original is worth; longer when the worker says that it waits
// for a converter, but never longer than the hard cap from the start. What a worker says is untrusted: it moves the end
// within the cap and nothing else. A value; both who waits blocking and the pool use it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "config/base/limits.h"

namespace mugai::gateway {

class WorkDeadline {
 public:
  using Clock = std::chrono::steady_clock;
  WorkDeadline() = default;
  WorkDeadline(const Limits& limits, uint64_t original_bytes);

  Clock::time_point end() const { return end_; }

  // Takes requests for more time off the front of what a worker sent. False: more of them than makes sense.
  [[nodiscard]] bool take_requests(std::string& untrusted_received);

 private:
  void extend(uint32_t ms);

  Clock::time_point end_{}, cap_{};
  uint32_t requests_ = 0;
};

// What a worker sends for it.
std::string more_time_frame(uint32_t ms);

}  // namespace mugai::gateway
