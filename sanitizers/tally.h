// What was left behind, counted under the ids that the report knows. One per document.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sanitizers/report.h"

namespace mugai::sanitize {

class Tally {
 public:
  void add(std::string_view what, uint64_t count = 1) {
    if (count > 0) counts_[std::string(what)] += count;
  }
  std::vector<Removed> list() const {
    std::vector<Removed> removed;
    for (const auto& [what, count] : counts_) removed.push_back({what, count});
    return removed;
  }

 private:
  std::map<std::string, uint64_t> counts_;
};

}  // namespace mugai::sanitize
