// One attachment from its bytes to what leaves for it: every reading of its name and type is identified, the most
// dangerous decides, the profile is asked, the format sanitizes, the result is identified again. The outcome is an Item
// for the report and, when something leaves, a blob. Held bytes are offered to a HeldSink. One thread.
#pragma once

#include <string>
#include <vector>

#include "config/base/profile.h"
#include "sanitizers/detect/identify.h"
#include "sanitizers/format.h"
#include "sanitizers/report.h"
#include "sanitizers/workspace.h"

namespace mugai::sanitize {

// Takes the bytes of things that do not leave, so that they can be kept. False: temporary failure.
class HeldSink {
 public:
  virtual ~HeldSink() = default;
  [[nodiscard]] virtual bool keep(const Item& item, Bytes bytes) = 0;
};

struct Piece {
  Item item;
  Blob blob;             // what leaves; empty when the action is removed, held or locked
  std::string media_type;
  std::string charset;   // MIME label for text, or empty
  bool leaves = false;
};

struct Untreated {                        // what is known about a piece before it is looked at
  Bytes bytes;                            // decoded
  std::vector<std::string> other_bytes;   // the same piece as another reader would decode it; only identified
  std::string path;
  std::vector<std::string> names;         // every name that some reader would show, the usual one first; may be empty
  std::vector<std::string> declared;      // every media type some reader would obey, the usual one first
  std::string charset;
  std::string hold;                       // not empty: held for this reason
};

class PieceTreater {
 public:
  PieceTreater(const Profile& profile, const Identifier& identifier, Workspace& workspace, Budget& budget,
               const std::vector<std::string>& passwords, HeldSink& held, std::vector<Item>& items)
      : profile_(profile), identifier_(identifier), workspace_(workspace), budget_(budget), passwords_(passwords),
        held_(held), items_(items) {}

  // The item is also appended to the report's items, in front of those of its members. False: temporary failure.
  [[nodiscard]] bool treat(const Untreated& piece, Piece& out);

 private:
  class MemberContext;
  Identity identify_all(const Untreated& piece) const;
  std::string name_for_unnamed(const std::string& declared);
  Outcome apply(const Input& input, const Identity& identity, const Untreated& piece, Sink& out);

  const Profile& profile_;
  const Identifier& identifier_;
  Workspace& workspace_;
  Budget& budget_;
  const std::vector<std::string>& passwords_;
  HeldSink& held_;
  std::vector<Item>& items_;
  uint32_t unnamed_ = 0;   // so far, for their names
};

std::string sha256_hex(Bytes bytes);

}  // namespace mugai::sanitize
