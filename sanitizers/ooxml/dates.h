// Dates in the properties of a document, as W3CDTF writes them (ECMA-376 part 2, 11; https://www.w3.org/TR/NOTE-datetime), from a
// year alone to fractions of a second; without a zone, too, since some writers leave it out. Never throws, owns nothing.
#pragma once

#include <string_view>

namespace mugai::sanitize::ooxml {

bool is_date(std::string_view untrusted_text);

}  // namespace mugai::sanitize::ooxml
