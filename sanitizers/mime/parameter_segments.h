// A Content-Type or Content-Disposition value cut at its semicolons, leniently: the pieces from which
// parameters.cpp puts each parameter together. Pure, linear; what cannot be read is a note, never a failure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanitizers/mime/header_text.h"

namespace mugai::sanitize {

struct ParameterSegment {
  std::string name;                   // lower-case, without '*'
  int section = -1;                   // of name*N; -1: not a continuation
  bool extended = false;              // ends with '*': percent-encoded
  std::string value;                  // without quotes and comments
  std::vector<std::string> readings;  // what stricter or laxer readers would take
};

// `value.value` and `value.notes` are set; its parameters are left to the caller. `unfolded` is ASCII or
// UTF-8, or raw bytes when the reading of a naive reader is wanted.
std::vector<ParameterSegment> cut_segments(std::string_view unfolded, ParameterizedValue& value);

// Adds a note once.
void add_note(ParameterizedValue& value, std::string_view id);

}  // namespace mugai::sanitize
