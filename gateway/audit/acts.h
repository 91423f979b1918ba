// Every stable id that can stand in `action` of an audit record, with what it means, in Japanese and English: for the
// console, the evidence report and the runbook, which lists the same table.
#pragma once

#include <string_view>

namespace mugai::gateway {

struct ActText {
  std::string_view id, ja, en;
};

// For an id that is not in the table both texts are the id itself.
ActText act_text(std::string_view id);

}  // namespace mugai::gateway
