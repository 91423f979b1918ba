// Archives, and files packed by themselves: each member is treated as if it had come alone, and what leaves is a fresh ZIP of
// ours with those members that leave, in their order, with their folders and times. Names become right (old Japanese
// charsets), safe and different. What cannot be treated stays behind and is named; an archive is held whole when it cannot
// be read to its end, when readers could differ about it as a whole, over a limit, or when nothing of it would be left. An
// archive of which nothing can be read without a password is locked. In `removed` of a held one: "members" with their
// number, and "member: NAME" for at most twenty, programs first; of one that leaves: "held-members" and what surrounded
// the members.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class ArchiveFormat : public ContainerFormat {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
