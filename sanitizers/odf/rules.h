// What happens to elements that run, fetch or embed, and to attributes that hold formulas, addresses of cells or names with a
// prefix. All others come along when vocabulary.h knows them. Pure tables.
#pragma once

#include <cstdint>
#include <string_view>

#include "sanitizers/xml/xml_parser.h"

namespace mugai::sanitize::odf {

enum class Act : uint8_t {
  by_vocabulary,   // no rule: comes along when it is known
  drop,            // with all that is in it
  drop_source,     // likewise; counted only when it leads to another file
  unwrap,          // its content stays
  if_filled,       // only when something in it is left
  picture,         // needs a picture of the package, or one inside of it
  object,          // needs a document of the package, or one inside of it
  foreign_object,  // of another program: goes, its picture stays
  link,            // a link around text or shapes; its content stays
  area,            // a link without content
  listener,        // what a click on a slide does
  field_mark,      // a field of Word, see field_marks.h
};

struct Rule {
  std::string_view prefix, local;
  Act act;
  std::string_view what;   // id under which a drop is counted; empty: nobody misses it, or it is counted elsewhere
};

Rule rule_of(const XmlName& element);
Rule rule_in_meta(const XmlName& element);   // of children of office:meta: by_vocabulary for those that stay

enum class Holds : uint8_t { words, formula, name_with_prefix };

// `formula`: of cells, or an address, or a condition.
Holds attribute_holds(const XmlName& attribute);

}  // namespace mugai::sanitize::odf
