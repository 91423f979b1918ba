// HTML files leave as readable text (method 1): UTF-8 with a byte order mark and CRLF, since they are opened
// by double click on Windows. Pictures leave a mark, links show where they lead, scripts and hidden text are
// gone.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class HtmlFormat : public Format {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
  Outcome to_text(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }
};

}  // namespace mugai::sanitize
