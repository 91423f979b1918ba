// The interface by which a file format plugs in. A Format takes the decoded bytes of one piece and writes a piece of
// ours to a Sink; what it returns says what was done. It opens no files, reads no clock, knows no network: what it may
// use beyond its input stands in Context. It never throws; it never writes half of a result and calls it Clean: what
// was written to the sink counts only when the outcome is clean or altered.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/profile.h"
#include "sanitizers/converter.h"
#include "sanitizers/detect/type.h"
#include "sanitizers/report.h"
#include "sanitizers/workspace.h"

namespace mugai::sanitize {

struct Input {
  Bytes bytes;            // whole and decoded, memory-mapped or in memory; valid during the call only
  std::string name;       // UTF-8, already made safe
  std::string untrusted_name;  // as it arrived: for what it says about something inside
  std::string declared;   // lower-case media type as the sender gave it, or empty
  std::string charset;    // declared charset for text, or empty
  std::string path;       // place in the tree, see Item::path
  const Type* type = nullptr;  // what identification decided; never null inside Format::sanitize
};

struct Outcome {
  enum class Kind {
    clean,    // written; nothing that a reader would miss was taken away
    altered,  // written; `removed` or `reasons` say what changed
    held,     // nothing leaves; `reasons` say why
    failed,   // a temporary failure (resources): the whole message is tried again
  };
  Kind kind = Kind::held;
  Action action = Action::held;
  int method = 0;
  const Type* type_out = nullptr;  // what was written; the writer identifies it again and holds on a mismatch
  const Type* called = nullptr;    // whose extension and media type it leaves under, when not those of type_out: a locked
                                   // package is called what opens out of it; or null
  std::string charset_out;         // of text that was written ("cp932", see text/charset.h); empty for other types
  std::string parameters;          // further ones of its media type, as they are written: "; method=REQUEST"; or empty
  std::vector<std::string> reasons;
  std::vector<Removed> removed;
  std::string summary;             // what a reader should see in the body of the mail (an invitation), UTF-8, LF; or empty

  bool leaves() const { return kind == Kind::clean || kind == Kind::altered; }

  static Outcome held(std::string reason, Action action = Action::held) {
    Outcome outcome;
    outcome.action = action;
    outcome.reasons.push_back(std::move(reason));
    return outcome;
  }
  static Outcome failed(std::string reason) {
    Outcome outcome = held(std::move(reason));
    outcome.kind = Kind::failed;
    return outcome;
  }
};

// What remains of the message's limits; shared by all pieces, so that many small bombs are one big bomb.
struct Budget {
  uint64_t expanded_bytes = 0;   // still allowed
  uint32_t members = 0;          // still allowed
  uint32_t depth = 0;            // current container depth
  // The most that a member of the container at hand may come through as: text, image, or anything (sanitize).
  AttachmentPolicy members_as = AttachmentPolicy::sanitize;

  [[nodiscard]] bool take_bytes(uint64_t count) {
    if (count > expanded_bytes) return false;
    expanded_bytes -= count;
    return true;
  }
};

// What became of a member of a container. `blob` is what leaves for it; empty unless outcome.leaves().
struct Member {
  Outcome outcome;
  std::string output_name;   // safe, without a folder
  Blob blob;
};

// Services for one call. Owned by the caller, outlives the call, used from one thread.
class Context {
 public:
  Context(const Profile& profile, Budget& budget, std::span<const std::string> passwords, Workspace& workspace,
          Converter* converter = nullptr)
      : profile(profile), budget(budget), passwords(passwords), workspace(workspace), converter(converter) {}
  virtual ~Context() = default;

  // Treats a member of a container as if it had come by itself: identified, sanitized, entered in the report under
  // `member.path` (input.path + "/" + its number, from 1). Takes one from budget.members and the member's size from
  // budget.expanded_bytes; over a limit the outcome is held. `member.name` may have folders; `member.type` is ignored.
  virtual Member sanitize_member(const Input& member) = 0;

  // Enters a member that cannot be treated (encrypted, damaged, a link) in the report. `member.bytes` is what could be
  // read of it, perhaps nothing. False: temporary failure.
  [[nodiscard]] virtual bool hold_member(const Input& member, std::string reason, Action action = Action::held) = 0;

  // Treats `message`, the content of `input` as a message in MIME, as the pipeline treats every mail. As an attachment of
  // a mail its pieces come beside it and its text goes to `out`; elsewhere a message of ours goes to `out`. `message` and
  // `out` must not share a blob.
  virtual Outcome sanitize_mail(Bytes untrusted_message, const Input& input, Sink& out) = 0;

  const Profile& profile;
  Budget& budget;
  std::span<const std::string> passwords;  // to try on encrypted content; never logged
  Workspace& workspace;                    // for what has to be unpacked or translated on the way
  Converter* const converter;              // other programs; null: there are none
};

class Format {
 public:
  virtual ~Format() = default;
  virtual Outcome sanitize(const Input& input, Sink& out, Context& context) const = 0;

  // Method 1, only the text; and method 2, only what the pages look like. Whoever has no such form is held.
  virtual Outcome to_text(const Input&, Sink&, Context&) const { return Outcome::held("no-text-form"); }
  virtual Outcome to_image(const Input&, Sink&, Context&) const { return Outcome::held("no-image-form"); }

  // What it looks like to a reader, as a PDF of ours; a picture may stay a picture. What method 2 and previews are made of.
  virtual Outcome to_pages(const Input&, Sink&, Context&) const { return Outcome::held("no-image-form"); }

  // An archive or a mail: its members come as text or image, it may leave as what holds them.
  virtual bool holds_members() const { return false; }
};

// What archives and mails share: whatever is asked for is asked of each member.
class ContainerFormat : public Format {
 public:
  Outcome to_text(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }
  Outcome to_image(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }
  Outcome to_pages(const Input& input, Sink& out, Context& context) const override { return sanitize(input, out, context); }
  bool holds_members() const override { return true; }
};

// The format that treats a type, or null: no format means held. The table is in formats/registry.cpp.
const Format* format_for(const Type& type);

}  // namespace mugai::sanitize
