// Documents of Word, Excel and PowerPoint as they were written before 2007 (doc, xls, ppt with their templates; OLE2 and the
// XML of 2003), and binary workbooks (xlsb). What their records mean is known well enough to show them, not to write them
// anew without a doubt: an office suite in a cage converts each into what Office writes today (docx, xlsx, pptx), and that,
// as foreign as what came, is rebuilt (ooxml/rebuild.h). Nothing leaves in the old form. Without an office suite they are
// held. [MS-DOC], [MS-XLS], [MS-PPT], [MS-XLSB]
#pragma once

#include "sanitizers/convert/document_format.h"

namespace mugai::sanitize {

class OldOfficeFormat : public OfficeFormat {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
