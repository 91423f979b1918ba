// How often one address may fail to sign in: 20 times in ten minutes, then nothing from it is looked at until those ten
// minutes are over. In memory: a restart forgets, and each node counts for itself. IPv6 counts by /64. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace mugai::gateway {

class SourceLimit {
 public:
  explicit SourceLimit(uint32_t failures = 20, int64_t window_ms = 600'000) : failures_(failures), window_ms_(window_ms) {}

  bool allows(const std::string& address, int64_t now_ms);
  // True for the failure that uses the last try up: worth one line in the log.
  bool failed(const std::string& address, int64_t now_ms);

  // What counts as one source.
  static std::string network_of(const std::string& address);

 private:
  struct Window {
    int64_t since_ms = 0;
    uint32_t failures = 0;
  };

  uint32_t failures_;
  int64_t window_ms_;
  std::mutex mutex_;
  std::map<std::string, Window> windows_;
};

}  // namespace mugai::gateway
