// Makes decoded text safe to show: control characters, bidi controls, zero-width characters and pictures drawn with
// block characters (QR codes) are taken out and counted; URLs are kept, defanged or removed. Idempotent: scrubbing
// scrubbed text changes nothing. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/base/profile.h"
#include "sanitizers/report.h"

namespace mugai::sanitize {

struct Scrubbed {
  std::string text;
  std::vector<Removed> removed;  // "bidi-control", "zero-width", "control-character", "block-drawing", "url",
                                 // "url-defanged"
};

// For message bodies: everything above, CRLF and CR become LF.
Scrubbed scrub_body(std::string_view utf8, UrlPolicy urls);

// For text files: only control characters (tab, LF, CR, FF stay) and bidi controls go; URLs stay.
Scrubbed scrub_file(std::string_view utf8);

// For one-line strings (subject, names): controls and line ends become a blank, bidi and zero-width go.
std::string scrub_line(std::string_view utf8);

}  // namespace mugai::sanitize
