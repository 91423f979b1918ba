// Control words that begin a group of their own kind (RTF 1.9.1, "Destinations"): what becomes of such a group, where it may
// stand, and what may stand in it. A destination that is not in the table is dropped when its writer says \*; without that
// it is an unknown control word before text. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "sanitizers/rtf/places.h"

namespace mugai::sanitize::rtf {

enum class Treatment {
  group,          // written, with what may stand in it
  text,           // written, with its text and nothing else
  bare,           // its content stays, in a plain group
  drop,
  object,         // only what it shows stays
  field,
  instruction,
  result,
  picture,
  property,       // of a shape: \sp
  property_name,
  property_value,
  level_text,     // what a list writes before a paragraph
  level_numbers,  // follows from it
  alternatives,   // \upr: the second says it in Unicode
};

struct Destination {
  std::string_view name;
  Treatment treatment = Treatment::drop;
  uint32_t within = 0;           // places; a destination that is dropped may stand anywhere
  Place place = kFlow;           // what is in it
  bool starred = false;          // is written with \*
  int64_t most = -1;             // it has a number from 1 to this
  std::string_view what = {};    // counted under this id when it goes and had content; empty: nobody misses it
};

// Null: unknown.
const Destination* destination(std::string_view name);

}  // namespace mugai::sanitize::rtf
