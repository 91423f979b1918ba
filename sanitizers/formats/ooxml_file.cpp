#include "sanitizers/formats/ooxml_file.h"

#include "sanitizers/ooxml/rebuild.h"

namespace mugai::sanitize {

Outcome OoxmlFormat::sanitize(const Input& input, Sink& out, Context& context) const { return ooxml::rebuild_document(input, out, context); }

}  // namespace mugai::sanitize
