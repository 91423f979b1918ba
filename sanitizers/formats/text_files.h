// Files that are text: plain text, logs, JSON, XML, drawings as text (SXF, DXF), and tables (CSV, TSV). Each
// leaves in the charset it came in, without control and bidi characters; tables lose their formulas if the
// profile says so. A file that turns out not to be text is held.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class TextFormat : public Format {
 public:
  enum class Kind { plain, table, xml };
  explicit TextFormat(Kind kind) : kind_(kind) {}
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;

 private:
  Kind kind_;
};

}  // namespace mugai::sanitize
