// Documents of Word, Excel and PowerPoint since 2007: rebuilt (see ooxml/rebuild.h). What has macros leaves as its plain twin.
// Binary workbooks (xlsb) and drawings of Visio are not among them.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class OoxmlFormat : public Format {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
