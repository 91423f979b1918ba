#include "sanitizers/formats/odf_file.h"

#include "sanitizers/odf/document_text.h"
#include "sanitizers/odf/rebuild.h"

namespace mugai::sanitize {

Outcome OdfFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  return kind_ == Kind::flat ? odf::rebuild_flat(input, out, context) : odf::rebuild_package(input, out, context);
}

Outcome OdfFormat::to_text(const Input& input, Sink& out, Context& context) const {
  return kind_ == Kind::flat ? odf::flat_to_text(input, out, context) : odf::package_to_text(input, out, context);
}

}  // namespace mugai::sanitize
