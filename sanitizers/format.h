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
#include "sanitizers/detect/type.h"
#include "sanitizers/report.h"

namespace mugai::sanitize {

struct Input {
  Bytes bytes;            // whole and decoded, memory-mapped or in memory; valid during the call only
  std::string name;       // UTF-8, already made safe
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
  std::string charset_out;         // of text that was written ("cp932", see text/charset.h); empty for other types
  std::vector<std::string> reasons;
  std::vector<Removed> removed;

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

  [[nodiscard]] bool take_bytes(uint64_t count) {
    if (count > expanded_bytes) return false;
    expanded_bytes -= count;
    return true;
  }
};

// Services for one call. Owned by the caller, outlives the call, used from one thread.
class Context {
 public:
  Context(const Profile& profile, Budget& budget, std::span<const std::string> passwords)
      : profile(profile), budget(budget), passwords(passwords) {}
  virtual ~Context() = default;

  // Treats a member of a container as if it had come by itself: identified, sanitized, entered in the report under
  // `member.path`. Returns what happened; when it leaves, its bytes went to `out` and `output_name` is set.
  virtual Outcome sanitize_member(const Input& member, Sink& out, std::string& output_name) = 0;

  const Profile& profile;
  Budget& budget;
  std::span<const std::string> passwords;  // to try on encrypted content; never logged
};

class Format {
 public:
  virtual ~Format() = default;
  virtual Outcome sanitize(const Input& input, Sink& out, Context& context) const = 0;
};

// The format that treats a type, or null: no format means held. The table is in formats/registry.cpp.
const Format* format_for(const Type& type);

}  // namespace mugai::sanitize
