// The pictures of a document: each is treated as if it had come by itself. One that cannot be rebuilt gives its place to a
// small grey one, so that the document keeps its shape.
#pragma once

#include <string>

#include "sanitizers/format.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize {

struct Picture {
  explicit Picture(Workspace& workspace) : blob(workspace) {}
  Blob blob;
  bool placeholder = false;
  std::string extension;      // "png"
  std::string content_type;   // "image/png"
  Bytes bytes() const;
};

Bytes grey_square();   // PNG, 8 x 8 pixels

// False: temporary failure. One that is lost is counted as "picture-placeholder".
[[nodiscard]] bool rebuild_picture(const Input& input, Context& context, Tally& tally, Picture& out);

}  // namespace mugai::sanitize
