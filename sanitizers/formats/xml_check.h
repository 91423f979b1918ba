// The adapter around expat: what an XML text has that must go, and whether it can be let through. Expands nothing, fetches
// nothing; stops at the first thing that holds the file. Bounded depth.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace mugai::sanitize {

struct XmlLook {
  struct Cut {
    size_t begin = 0, end = 0;   // bytes of the text
    std::string_view what;       // "stylesheet", "xml-instruction", "document-type"
  };
  bool well_formed = false;
  std::string_view obstacle;     // "xml-entity", "active-xml", "xml-too-deep"; empty: none. Found also when not well-formed
  std::vector<Cut> cuts;         // in order
};

XmlLook look_at_xml(std::string_view utf8);

}  // namespace mugai::sanitize
