// Where the links of a document led to, for the reader of the mail: they are links no more.
#pragma once

#include <string>
#include <vector>

#include "config/base/profile.h"

namespace mugai::sanitize {

// UTF-8, LF; empty when there are none or the policy is to remove them.
std::string link_summary(const std::string& name, const std::vector<std::string>& targets, UrlPolicy policy);

}  // namespace mugai::sanitize
