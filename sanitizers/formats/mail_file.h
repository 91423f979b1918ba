// A mail that comes as a file (.eml, .mht): the pipeline treats it as it treats every mail (RFC 5322, RFC 2557).
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class MailFormat : public ContainerFormat {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override {
    return context.sanitize_mail(input.bytes, input, out);
  }
};

}  // namespace mugai::sanitize
