// Contacts (vCard 3.0 and 4.0, RFC 2426 and 6350; vCard 2.1, as phones in Japan still write it in Shift_JIS and
// quoted-printable, becomes 3.0): every line written anew from an allow-list, UTF-8. Names keep their reading (X-PHONETIC-*,
// SORT-STRING; the reading that old phones put into SOUND;X-IRMC-N becomes one). Portraits and logos are rebuilt like any
// picture or are gone; keys, sounds and what lies elsewhere on the network are gone. A file that ends early or is no
// contact is held ("damaged-contact").
#pragma once

#include "sanitizers/format.h"

namespace mugai::sanitize {

class VcfFormat : public Format {
 public:
  Outcome sanitize(const Input& input, Sink& out, Context& context) const override;
};

}  // namespace mugai::sanitize
