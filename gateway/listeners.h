// From zones to listeners: one for each distinct address, with the TLS, line-end and PROXY rules of the zones that
// share it. Loads certificates, so that a missing or unreadable one is known before anything opens.
#pragma once

#include <vector>

#include "config/config.h"
#include "smtp/listener_config.h"

namespace mugai::gateway {

Result<std::vector<smtp::ListenerConfig>> listener_configs(const config::Config& config);

}  // namespace mugai::gateway
