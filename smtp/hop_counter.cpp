#include "smtp/hop_counter.h"

namespace mugai::smtp {

void HopCounter::see(Bytes content) {
  if (bytes_left_ == 0) return;
  content = content.substr(0, bytes_left_);
  bytes_left_ -= content.size();
  while (!content.empty()) {
    if (matching_) {
      const char c = content.front();
      content.remove_prefix(1);
      if (c == '\n') {
        if (line_empty_) {
          bytes_left_ = 0;
          return;
        }
        matched_ = 0;
        line_empty_ = true;
      } else if (c == kField[matched_] || ascii_lower(c) == kField[matched_]) {
        line_empty_ = false;
        if (++matched_ == kField.size()) {
          ++hops_;
          matching_ = false;
        }
      } else if (c == '\r' && line_empty_) {
        continue;
      } else {
        line_empty_ = false;
        matching_ = false;
      }
    } else {
      const size_t end = content.find('\n');
      if (end == Bytes::npos) return;
      content.remove_prefix(end + 1);
      matching_ = line_empty_ = true;
      matched_ = 0;
    }
  }
}

}  // namespace mugai::smtp
