// Every stable id that can stand in a report (reasons, removed things, notes), with what it means to a clerk, in Japanese
// and English. The administrators' guide lists the same table.
#pragma once

#include <string_view>

namespace mugai::sanitize {

struct ReasonText {
  std::string_view id;
  std::string_view ja;
  std::string_view en;
};

// For an id that is not in the table both texts are the id itself.
ReasonText reason_text(std::string_view id);

}  // namespace mugai::sanitize
