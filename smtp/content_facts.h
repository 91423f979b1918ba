// What must be known about a message before it is sent: whether any byte is over 127, in the header or at
// all, and whether a CR or LF stands alone. One linear look without copying.
#pragma once

#include "config/base/bytes.h"

namespace mugai::smtp {

struct ContentFacts {
  bool eight_bit = false;
  bool eight_bit_header = false;
  bool bare_newline = false;
};

ContentFacts examine_content(Bytes message);

}  // namespace mugai::smtp
