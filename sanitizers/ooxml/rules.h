// What happens to elements and attributes of known vocabularies where code, references or names of people can stand. Other
// elements of these vocabularies are copied: they are data, and what they refer to must have come along. Pure tables.
#pragma once

#include <cstdint>
#include <string_view>

#include "sanitizers/xml/xml_parser.h"

namespace mugai::sanitize::ooxml {

enum class Act : uint8_t {
  keep,
  drop,           // with all that is in it
  unwrap,         // its content stays
  if_filled,      // only when something in it is left: empty it would be against the schema
  needs_link,     // only while one of its references leads to a part that came along
  formula,        // its text is a formula; a forbidden one becomes #REF!
  cell_formula,   // likewise; a forbidden one goes, the cell keeps its value
  date,           // its text is a date; another one goes, since readers take the whole document for damaged
};

struct Rule {
  std::string_view prefix, local;   // "*": every other element of the vocabulary
  Act act;
  std::string_view what;            // id under which a drop is counted; empty: counted elsewhere, or nobody misses it
};

Rule rule_of(const XmlName& element);

enum class AttributeAct : uint8_t { keep, drop, empty, reference, formula };

struct AttributeRule {
  std::string_view element_prefix;  // "*": any
  std::string_view prefix, local;   // of the attribute; "" for one without a vocabulary
  AttributeAct act;
  std::string_view what;
};

AttributeRule attribute_rule_of(const XmlName& element, const XmlName& attribute);

}  // namespace mugai::sanitize::ooxml
