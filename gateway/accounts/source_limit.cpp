#include "gateway/accounts/source_limit.h"

#include <algorithm>

namespace mugai::gateway {

namespace {

constexpr size_t kMostNetworks = 10'000;

}  // namespace

std::string SourceLimit::network_of(const std::string& address) {
  if (address.find(':') == address.npos || address.rfind("::ffff:", 0) == 0) return address;
  // The first four groups; "::" within them ends the part that is written out.
  size_t end = 0;
  for (int group = 0; group < 4 && end < address.size(); ++group) {
    const size_t colon = address.find(':', end);
    if (colon == address.npos) break;
    end = colon + 1;
    if (end < address.size() && address[end] == ':') break;
  }
  return address.substr(0, end);
}

bool SourceLimit::allows(const std::string& address, int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = windows_.find(network_of(address));
  return found == windows_.end() || now_ms - found->second.since_ms >= window_ms_ || found->second.failures < failures_;
}

bool SourceLimit::failed(const std::string& address, int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (windows_.size() >= kMostNetworks) {
    std::erase_if(windows_, [&](const auto& one) { return now_ms - one.second.since_ms >= window_ms_; });
    // Still full: somebody has that many addresses. The oldest makes room.
    if (windows_.size() >= kMostNetworks)
      windows_.erase(std::min_element(windows_.begin(), windows_.end(),
                                      [](const auto& a, const auto& b) { return a.second.since_ms < b.second.since_ms; }));
  }
  Window& window = windows_[network_of(address)];
  if (window.failures == 0 || now_ms - window.since_ms >= window_ms_) window = {now_ms, 0};
  return ++window.failures == failures_;
}

}  // namespace mugai::gateway
