// The DSNs that one attempt gives rise to (RFC 3461 §5): which recipients the sender must hear about, in what kind of
// report, and how that report travels: to the next hop of the zone that the message came from. At most one mail per
// kind. None for a null reverse-path. Pure but for the new ids.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/config.h"
#include "gateway/spool/spool_file.h"
#include "smtp/delivery.h"

namespace mugai::gateway {

struct DsnMail {
  SpoolHeader header;
  std::string content;
};

// `results` by index into the envelope. `warn`: those deferred are reported as delayed.
std::vector<DsnMail> dsn_mails(const SpooledMessage& message, Bytes content,
                               const std::map<size_t, smtp::RecipientResult>& results, bool warn,
                               const config::Config& config, int64_t at_ms);

}  // namespace mugai::gateway
