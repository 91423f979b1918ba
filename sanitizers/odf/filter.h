// Writes one part of a document anew, as a stream: what vocabulary.h knows and rules.h does not forbid. Pictures and documents
// inside come along through the Surroundings; links as links.h decides; a formula that may not stay leaves the value of its
// cell. Memory does not grow with the part. Borrows everything; used once.
#pragma once

#include <string>

#include "sanitizers/odf/surroundings.h"
#include "sanitizers/office/links.h"
#include "sanitizers/tally.h"

namespace mugai::sanitize::odf {

enum class Part : uint8_t { content, styles, meta, settings, flat };

struct PartWork {
  Part part;
  Surroundings& surroundings;
  Links& links;
  Tally& tally;
  Workspace& workspace;
};

// What the part turned out to be.
struct PartFacts {
  std::string body;       // local name of the first child of office:body, or "math"
  std::string version;    // of OpenDocument: "1.3"
  std::string mimetype;   // of a flat document
};

// Empty, or the reason that the file is held for.
std::string rewrite_part(Bytes untrusted, const PartWork& work, Sink& out, PartFacts& facts);

}  // namespace mugai::sanitize::odf
