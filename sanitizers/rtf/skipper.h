// A group of an RTF that is dropped, to its end: braces are counted, and whether anything was in it that somebody misses.
// Whatever stands in it, the data of an object are found. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "sanitizers/rtf/tokenizer.h"

namespace mugai::sanitize::rtf {

class Skipper {
 public:
  enum class State {
    inside,
    over,               // it counts as what()
    over_and_nothing,   // nobody misses it
    cut_short,          // the input ended
  };

  // Behind the brace that opens it. `what` outlives the skipping; empty: it does not count.
  void start(std::string_view what) { *this = {true, false, 0, what}; }
  bool skips() const { return skips_; }
  State read(const Token& token, bool in_object);
  std::string_view what() const { return what_; }

  Skipper() = default;

 private:
  Skipper(bool skips, bool something, uint64_t depth, std::string_view what) : skips_(skips), something_(something), depth_(depth), what_(what) {}

  bool skips_ = false, something_ = false;
  uint64_t depth_ = 0;
  std::string_view what_;
};

}  // namespace mugai::sanitize::rtf
