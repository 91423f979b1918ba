// Colour spaces and functions (ISO 32000-2 §8.6, §7.10). They stand in each other; a bound on how deep keeps readers from
// chasing their tails. A colour space that is not understood is replaced by nothing: what is drawn in it is drawn black.
#pragma once

#include <optional>

#include "sanitizers/pdf/copier.h"

namespace mugai::sanitize::pdf {

std::optional<Handle> copy_color_space(Copier& copier, Handle value);
std::optional<Handle> copy_function(Copier& copier, Handle value);
std::optional<Handle> copy_functions(Copier& copier, Handle value);   // one or a list

// An ICC profile written again from the tags that are understood; empty when it is none.
std::string rebuilt_icc(Bytes untrusted_profile);

}  // namespace mugai::sanitize::pdf
