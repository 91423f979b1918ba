// What documents with pages share. Methods 1 and 2 are made of what to_pages() gives, which is a PDF of ours: a program
// that makes text or pixels is shown that and never what came.
#pragma once

#include <optional>

#include "sanitizers/format.h"

namespace mugai::sanitize {

class DocumentFormat : public Format {
 public:
  Outcome to_text(const Input& input, Sink& out, Context& context) const override;
  Outcome to_image(const Input& input, Sink& out, Context& context) const override;
};

// Documents whose pages an office suite lays out: rebuilt first, then converted, and the PDF that came back, which is as
// foreign as every other, rebuilt in turn.
class OfficeFormat : public DocumentFormat {
 public:
  Outcome to_pages(const Input& input, Sink& out, Context& context) const override;
};

// As what an office suite opens a document of this type; none: it is no office document.
std::optional<OfficeKind> office_kind(const Type& type);

}  // namespace mugai::sanitize
