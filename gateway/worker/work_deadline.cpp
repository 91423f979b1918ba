#include "gateway/worker/work_deadline.h"

#include <algorithm>

#include "gateway/worker/protocol.h"

namespace mugai::gateway {

namespace {
constexpr uint32_t kMoreTime = 1u << 31;     // in a frame's length: no frame, but so many milliseconds
constexpr uint32_t kMostRequests = 100'000;  // several a piece, with many pieces
}  // namespace

WorkDeadline::WorkDeadline(const Limits& limits, uint64_t original_bytes) {
  const Clock::time_point now = Clock::now();
  const uint64_t mebibytes = (original_bytes >> 20) + 1;
  const uint64_t wanted = limits.base_deadline_ms + mebibytes * limits.deadline_ms_per_mib;
  cap_ = now + std::chrono::milliseconds(limits.max_deadline_ms);
  end_ = std::min(cap_, now + std::chrono::milliseconds(wanted));
}

bool WorkDeadline::take_requests(std::string& received) {
  while (received.size() >= kFrameHeader && (frame_length(received) & kMoreTime)) {
    if (++requests_ > kMostRequests) return false;
    extend(frame_length(received) & ~kMoreTime);
    received.erase(0, kFrameHeader);
  }
  return true;
}

void WorkDeadline::extend(uint32_t ms) {
  end_ = std::clamp(Clock::now() + std::chrono::milliseconds(ms), end_, std::max(end_, cap_));
}

std::string more_time_frame(uint32_t ms) {
  const uint32_t word = kMoreTime | std::min(ms, kMoreTime - 1);
  std::string out;
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>((word >> shift) & 0xFF));
  return out;
}

}  // namespace mugai::gateway
