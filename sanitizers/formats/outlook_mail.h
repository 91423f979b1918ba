// Mails of Outlook: files (.msg, .oft; MS-OXMSG) and what it hides in winmail.dat (MS-OXTNEF). Both are translated into a
// message in MIME, which the pipeline then treats like every other; attachments that cannot be translated (OLE objects,
// damaged or missing data, too deeply nested items) are named and held, and the rest comes through. A file whose texts
// cannot be read is held whole: "damaged-mail". A .msg that is text is a message in MIME already.
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class MsgFormat : public ContainerFormat {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

class TnefFormat : public ContainerFormat {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
