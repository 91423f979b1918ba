// The functions of spreadsheets that calculate from cells alone. Pure.
#pragma once

#include <string_view>

namespace mugai::sanitize {

bool is_known_function(std::string_view upper_case_name);   // without _xlfn.

}  // namespace mugai::sanitize
