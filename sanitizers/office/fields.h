// Word's fields: which instructions may stay. An instruction is code that stands between the marks of a field, in as many
// runs as its writer likes; what stands after it is the result that the reader sees. Only names on the list stay: what
// fetches, asks other programs, runs macros or talks to printers is not on it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "sanitizers/office/links.h"

namespace mugai::sanitize {

// Stands in an instruction where another field is nested.
constexpr char kNested = '\x01';

struct FieldVerdict {
  bool stays = false;
  std::string link;   // of a HYPERLINK that goes because of where it leads
  std::string shown;  // of a button that goes: the words on it, which stand in its instruction
};

FieldVerdict judge_field(std::string_view instruction, bool cut_short, const Links& links);

}  // namespace mugai::sanitize
