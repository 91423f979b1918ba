// Drawings of Windows (EMF, WMF), as documents hold them for charts and objects of other programs. Their records are calls
// of an old graphics interface; an office suite in a cage plays them on a page of their size, which becomes a PNG. Without
// an office suite they are held, and a document shows a grey square in their place. [MS-EMF] §2.3.4.2, [MS-WMF] §2.3.2.3
#pragma once

#include <optional>

#include "sanitizers/format.h"

namespace mugai::sanitize {

struct MetafileSize {
  double width = 0, height = 0;   // millimetres
};

// As its header says; none when that makes no sense.
std::optional<MetafileSize> metafile_size(Bytes untrusted);

class MetafileFormat : public Format {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
  Outcome to_image(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }
  Outcome to_pages(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }
};

}  // namespace mugai::sanitize
