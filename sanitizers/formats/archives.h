// Archives are held; their directory is read to say why and what is inside, so that the recipient can decide
// whether to ask for release. Reasons: "archive", "executable-in-archive", "encrypted" (then the action is
// locked: a password may come), "damaged-archive", "archive-limit". In `removed`: "members" with their
// number, and "member: NAME" for at most twenty, programs first. Nothing is extracted.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class ArchiveFormat : public Format {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
