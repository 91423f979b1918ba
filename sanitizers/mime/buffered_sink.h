// Collects small pieces so that a sink sees few large writes. For the transfer codecs; lives on the stack for
// one call and keeps nothing once flush() returned.
#pragma once

#include <array>
#include <cstring>

#include "config/base/bytes.h"

namespace mugai::sanitize {

class BufferedSink {
 public:
  explicit BufferedSink(Sink& out) : out_(out) {}
  char* room(size_t count) {  // count is far below the capacity everywhere
    if (buffer_.size() - used_ < count) flush();
    return buffer_.data() + used_;
  }
  void took(size_t count) { used_ += count; }
  void put(char c) {
    *room(1) = c;
    ++used_;
  }
  void put(Bytes bytes) {
    if (bytes.size() >= buffer_.size() / 2) {
      flush();
      ok_ = ok_ && out_.write(bytes);
      return;
    }
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    used_ += bytes.size();
  }
  bool flush() {  // false once anything could not be written
    if (used_ > 0) ok_ = out_.write({buffer_.data(), used_}) && ok_;
    used_ = 0;
    return ok_;
  }
  bool ok() const { return ok_; }

 private:
  Sink& out_;
  size_t used_ = 0;
  bool ok_ = true;
  std::array<char, 12288> buffer_;
};

}  // namespace mugai::sanitize
