// Mailboxes (mbox, RFC 4155): each message is treated as a mail that came alone, and what leaves is a ZIP with a rebuilt
// .eml for each, numbered and named by subject. A mailbox of one message leaves as that message. What lies before the first
// message is no mail and stays behind.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class MboxFormat : public ContainerFormat {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
