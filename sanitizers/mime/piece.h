// One attachment from its bytes to what leaves for it: every reading of its name and type is identified, the most
// dangerous decides, the profile is asked, the format sanitizes, the result is identified again. The outcome is an Item
// for the report and, when something leaves, a blob. Held bytes are offered to a HeldSink. One thread.
#pragma once

#include <span>
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

// Wants everything that is taken out of a message, for a virus scanner. False: temporary failure.
class ExtractedSink {
 public:
  virtual ~ExtractedSink() = default;
  [[nodiscard]] virtual bool extracted(const std::string& path, const std::string& sha256, Bytes bytes) = 0;
};

// What a virus scanner found, or could not look at, when the message was treated before: such a piece is held.
struct Condemned {
  std::string path;       // where it was; the bytes decide, this is for whoever checks that it was held
  std::string sha256;
  std::string reason;     // "virus", "virus-scan-failed"
  std::string signature;  // the virus's name; may be empty
};

struct Tools {
  const Identifier& identifier;
  Workspace& workspace;
  HeldSink& held;
  ExtractedSink* extracted = nullptr;          // null: nobody wants it
  std::span<const Condemned> condemned = {};
  Converter* converter = nullptr;              // null: nothing can be converted
};

// What everything in one message shares.
struct Surroundings {
  const Profile& profile;
  const Tools& tools;
  Budget& budget;
  const std::vector<std::string>& passwords;
};

// Treats a message that is inside of something else. See Context::sanitize_mail().
class MailTreater {
 public:
  virtual ~MailTreater() = default;
  // `in_container`: it came out of an archive, so that what leaves must be one file.
  virtual Outcome treat_mail(Bytes untrusted_message, const Input& input, bool in_container, Sink& out) = 0;
};

struct Piece {
  explicit Piece(Workspace& workspace) : blob(workspace) {}
  Item item;
  Blob blob;             // what leaves; empty when the action is removed, held or locked
  const Type* type = nullptr;   // of what leaves
  const Type* called = nullptr; // see Outcome::called
  std::string charset;   // MIME label for text, or empty
  std::string parameters;   // see Outcome::parameters
  std::string summary;   // see Outcome::summary
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
  Action hold_action = Action::held;
};

class PieceTreater {
 public:
  PieceTreater(Surroundings around, MailTreater& mails, std::vector<Item>& items)
      : around_(around), mails_(mails), items_(items) {}

  // The item is also appended to the report's items, in front of those of its members. False: temporary failure.
  [[nodiscard]] bool treat(const Untreated& piece, Piece& out);

 private:
  class MemberContext;
  Identity identify_all(const Untreated& piece) const;
  bool offer(const Untreated& piece, const Item& item);
  const Condemned* condemnation(const Untreated& piece, const Item& item) const;
  std::string name_for_unnamed(const std::string& declared);
  Outcome apply(const Input& input, const Identity& identity, const Untreated& piece, Sink& out);

  Surroundings around_;
  MailTreater& mails_;
  std::vector<Item>& items_;
  uint32_t containers_ = 0;   // that the piece at hand is inside of
  uint32_t unnamed_ = 0;   // so far, for their names
};

// Removed::what of an item that a virus scanner knew is this and the name of the virus.
constexpr std::string_view kSignatureFound = "signature: ";
// ... and of a document that was signed this and who the certificate names.
constexpr std::string_view kSignedBy = "signed-by: ";

std::string sha256_hex(Bytes bytes);

}  // namespace mugai::sanitize
