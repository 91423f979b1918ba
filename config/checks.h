// The checks that need more than one setting: names that must exist, domains that must not overlap, originals
// that must not slip past a treated zone. Used by the loader only.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/document.h"

namespace mugai::config {

struct Places {  // parallel to Config::zones and Config::flows
  std::vector<const Section*> zones, flows;
};

std::vector<Problem> check(const Config& config, const Places& places);
std::vector<Problem> warn(const Config& config, const Places& places);

}  // namespace mugai::config
