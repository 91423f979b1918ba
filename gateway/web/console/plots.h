// Bars over time as an SVG picture, made here from numbers only. Pure.
#pragma once

#include <string>
#include <vector>

#include "gateway/search/search.h"

namespace mugai::gateway::web {

std::string bars(const std::vector<Slot>& slots, const char* label_format, size_t label_every);

}  // namespace mugai::gateway::web
