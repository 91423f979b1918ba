// OpenDocument: texts, spreadsheets, presentations and drawings, their templates, as packages and as one flat XML file. Rebuilt
// (see odf/rebuild.h), or only their text (see odf/document_text.h). Databases are not among them.
#pragma once

#include "sanitizers/convert/document_format.h"

namespace mugai::sanitize {

class OdfFormat : public OfficeFormat {
 public:
  enum class Kind { package, flat };
  explicit OdfFormat(Kind kind) : kind_(kind) {}
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
  Outcome to_text(const Input& input, Sink& out, Context& context) const override;

 private:
  const Kind kind_;
};

}  // namespace mugai::sanitize
