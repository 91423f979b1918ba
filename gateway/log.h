// The log: one line per event on standard error, "time level event key=value ...". Events have stable ids, each with an
// entry in the runbook. Values are stripped of control characters and quoted; content of mail and secrets are never
// values. Thread-safe: a line is one write.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace mugai::gateway::log {

using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;

void info(std::string_view event, Fields fields = {});
void warning(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

// The line without the final line end, for tests.
std::string format(std::string_view level, std::string_view event, Fields fields);

}  // namespace mugai::gateway::log
