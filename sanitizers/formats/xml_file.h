// XML data files: parsed (expat), so that what we let through is XML and nothing hides from the checks. Processing
// instructions and bare document types are cut out; entities, external parts and the languages that a browser runs
// (XHTML, SVG, XSLT, XInclude) are held. The rest stays as it is written, in its charset. What is not well-formed no
// program reads as XML: it comes as text.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class XmlFormat : public Format {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
  Outcome to_text(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }
};

}  // namespace mugai::sanitize
