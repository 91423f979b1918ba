// The recipients of one message that get the same bytes over the same next hop. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "gateway/spool/spool_file.h"

namespace mugai::gateway {

struct Group {
  const config::Zone* zone = nullptr;        // whose next hop; never null
  const Profile* profile = nullptr;          // null: our own DSN, sent as it is
  std::string id;                            // message id; with several groups "<message id>-A", "-B" ... "-AA" ...
  std::vector<size_t> recipients;            // pending ones, indexes into the envelope
};

struct Grouping {
  std::vector<Group> groups;
  std::vector<size_t> unroutable;            // recipients that the configuration of today sends nowhere
};

// Deterministic for one configuration: a group keeps its id from attempt to attempt, even when others are finished.
Grouping group_recipients(const config::Config& config, const SpooledMessage& message);

}  // namespace mugai::gateway
