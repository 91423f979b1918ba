// The message that a recipient gets when theirs could not be treated at all: written from the envelope alone, because
// nothing outside a worker reads what is inside. Pure.
#pragma once

#include <string>

#include "config/base/profile.h"
#include "gateway/spool/spool_file.h"

namespace mugai::gateway {

// A complete message, CRLF, 7-bit. `reason` is a stable id (sanitizers/reasons.h). `link`: where this recipient may ask
// for it; empty: by its number only.
std::string write_whole_hold_notice(const SpooledMessage& message, const std::string& group_id,
                                    const std::string& reason, const Profile& profile, const std::string& hostname,
                                    const std::string& link, int64_t at_ms);

}  // namespace mugai::gateway
