// Decides whether an SVG can be drawn faithfully where there are no fonts and no image loaders, as in a
// worker: text would vanish in silence, and an entity could hide it. Pure.
#pragma once

#include <string_view>

#include "config/base/bytes.h"

namespace mugai::sanitize {

// Empty when it can; else the reason for holding: "svg-text", "svg-image", "svg-entity", "svg-encoding".
std::string_view svg_obstacle(Bytes svg);

}  // namespace mugai::sanitize
