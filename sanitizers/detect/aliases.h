// Other names of types: further extensions, and media types as senders and libmagic write them. Static data.
#pragma once

#include <span>
#include <string_view>

namespace mugai::sanitize {

struct Alias {
  std::string_view word, id;
};

std::span<const Alias> extension_aliases();
std::span<const Alias> media_type_aliases();

}  // namespace mugai::sanitize
