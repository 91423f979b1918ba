// Where an RTF begins: Word and others take whatever begins with "{\rt" for one, with any blanks between. Pure.
#pragma once

#include <optional>

#include "config/base/bytes.h"

namespace mugai::sanitize::rtf {

struct Start {
  size_t place = 0;    // behind \rtfN
  bool junk = false;   // something stands in front of it
};

// Nothing: it is no RTF. Looks into the first 4 KiB.
std::optional<Start> find_start(Bytes untrusted);

}  // namespace mugai::sanitize::rtf
