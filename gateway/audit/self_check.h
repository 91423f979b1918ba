// Whether the settings are what an auditor expects of a gateway between networks: one finding each, with the words for it in
// both languages. It judges the configuration as it is now, not as it was during the month. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"

namespace mugai::gateway {

struct Finding {
  std::string id;          // stable: "tls-inbound"
  bool good = false;       // otherwise somebody should look at it, and say why it is so
  std::string ja, en;      // what was found
};

struct AccountFigures {    // of people who may sign in
  uint64_t people = 0, may_release = 0, may_release_without_totp = 0;
};

std::vector<Finding> self_check(const config::Config& config, const AccountFigures& accounts);

}  // namespace mugai::gateway
