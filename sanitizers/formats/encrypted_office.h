// Documents of Office under a password. A package since 2007 (EncryptedPackage in an OLE compound file) is opened when a password
// fits and goes on as the document that it is, a member of its own in the report. What leaves has no password any more, or by
// policy (Profile::encrypted_documents) the same again if it is a package; either is told. Without a password it is locked.
// Older documents: old_office_file.h.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class EncryptedOfficeFormat : public ContainerFormat {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
