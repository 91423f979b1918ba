// Counts the Received fields in a message's header while it streams by: the loop detection of RFC 5321 §6.3.
// Looks at nothing behind the first empty line, nor behind `max_header_bytes`. Linear, constant memory;
// chunking is irrelevant.
#pragma once

#include <cstdint>

#include "config/base/bytes.h"

namespace mugai::smtp {

class HopCounter {
 public:
  explicit HopCounter(uint64_t max_header_bytes) : bytes_left_(max_header_bytes) {}
  void see(Bytes content);
  uint32_t hops() const { return hops_; }

 private:
  static constexpr Bytes kField = "received:";

  uint64_t bytes_left_;
  uint32_t hops_ = 0;
  size_t matched_ = 0;    // of kField, at the beginning of the current line
  bool matching_ = true;  // still inside a possible field name
  bool line_empty_ = true;
};

}  // namespace mugai::smtp
