// The configuration that `gateway/run` starts with when there is none: two zones on loopback, a Maildir
// behind each, everything under one directory. For trying out; it listens to nobody outside of this host.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugai::config {

std::string default_config(std::string_view state_directory, uint16_t internet_port = 2525, uint16_t lgwan_port = 2526,
                           uint16_t console_port = 0);

}  // namespace mugai::config
