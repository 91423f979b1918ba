// The vocabularies of Office Open XML (ECMA-376, ISO/IEC 29500, and what Office added since): only what stands here may be
// in a document of ours. Each has one prefix by which rules and writer know it; the strict and the transitional name of a
// vocabulary share theirs. Pure table; rows live as long as the process and compare by address.
#pragma once

#include <string_view>

namespace mugai::sanitize::ooxml {

struct Namespace {
  std::string_view uri;
  std::string_view prefix;   // as rules name it; "x" is written as the default namespace
};

const Namespace* namespace_by_uri(std::string_view uri);   // null: not known

}  // namespace mugai::sanitize::ooxml
