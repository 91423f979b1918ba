// Documents of Word, Excel and PowerPoint since 2007: rebuilt (see ooxml/rebuild.h). What has macros leaves as its plain twin.
// Binary workbooks (xlsb) are old documents to us (old_office_file.h); drawings of Visio are held.
#pragma once

#include "sanitizers/convert/document_format.h"

namespace mugai::sanitize {

class OoxmlFormat : public OfficeFormat {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
