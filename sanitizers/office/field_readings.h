// The instruction of one of Word's fields while it is being read, in all the ways that its reader may come to read it: with
// everything that stands there, as if tracked deletions were done, as if tracked insertions were undone. The worst counts.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "sanitizers/office/fields.h"

namespace mugai::sanitize {

class FieldReadings {
 public:
  void add(std::string_view text, bool deleted, bool inserted);
  bool empty() const;   // nothing but blanks, whatever one does
  FieldVerdict judge(const Links& links) const;

 private:
  std::array<std::string, 3> readings_;
  bool cut_short_ = false;   // one of them is longer than any that programs write
};

}  // namespace mugai::sanitize
