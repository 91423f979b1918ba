// The vocabularies of Office Open XML (ECMA-376, ISO/IEC 29500, and what Office added since): only what stands here may be
// in a document of ours. Each has one prefix by which rules and writer know it; the strict and the transitional name of a
// vocabulary share theirs. Pure table.
#pragma once

#include "sanitizers/xml/xml_namespace.h"

namespace mugai::sanitize::ooxml {

const Namespace* namespace_by_uri(std::string_view uri);   // null: not known

}  // namespace mugai::sanitize::ooxml
