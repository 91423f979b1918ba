// Rich text, whatever the file is called: written anew from what is known to be harmless (rtf/rebuild.h), or as a plain text in
// UTF-8 with a byte order mark and CRLF, with headers, notes and comments where they stand.
#pragma once

#include "sanitizers/convert/document_format.h"

namespace mugai::sanitize {

class RtfFormat : public OfficeFormat {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
  Outcome to_text(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
