// From the tree of a message to the flat shape that leaves: texts that make up the body, and a list of pieces. Nested
// multiparts dissolve; a forwarded message becomes one entry (its text) followed by its own pieces; opaque-signed S/MIME
// is opened; bodies that a transfer encoding hides (base64 multiparts and messages) are decoded and looked into. What
// cannot be opened (encrypted, partial, external) is an entry with a `hold` reason. Decides structure only: nothing is
// identified or rebuilt here.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "config/base/limits.h"
#include "sanitizers/mime/structure.h"
#include "sanitizers/workspace.h"

namespace mugai::sanitize {

// One text of the body; with multipart/alternative the same text in two forms.
struct TextSegment {
  std::vector<const Part*> plain, html;   // usually one or none of each
  std::string path;
};

struct FlatMessage;

struct Entry {
  const Part* part = nullptr;            // a leaf; for a nested message the part that carries it
  std::string path;
  std::string hold;                      // not empty: held for this reason without looking inside
  std::unique_ptr<FlatMessage> nested;   // a forwarded message; its entries follow its text
};

struct Signature {
  std::string path;
  std::string kind;     // "smime", "openpgp"
  std::string result;   // "pass": content unchanged since signing. "fail". "none": cannot be checked
  std::string signer;   // name and address in the certificate, one clean line; trust in it is not checked
};

struct FlatMessage {
  const Part* message = nullptr;         // whose header fields these are
  std::vector<TextSegment> texts;
  std::vector<Entry> entries;            // in document order
  std::vector<Signature> signatures;
};

// Owns what had to be decoded on the way: the views in a FlatMessage point into the original or into here.
class Flattener {
 public:
  Flattener(Workspace& workspace, const Limits& limits) : workspace_(workspace), limits_(limits) {}

  // `message` must outlive this object. `path_prefix` ends with "/", or is empty for the message that came. False: a
  // temporary failure of the workspace.
  [[nodiscard]] bool flatten(Bytes message, FlatMessage& out, const std::string& path_prefix = {});

  uint32_t parts() const { return parts_; }  // of all that was flattened

  std::vector<std::string> notes;        // ambiguities found on the way, each once
  std::string hold;                      // not empty: a limit of the whole message is exceeded

 private:
  struct Inner {
    explicit Inner(Blob&& decoded) : blob(std::move(decoded)) {}
    Blob blob;
    Structure structure;
  };

  bool walk(const Part& part, const std::string& path, bool sole, FlatMessage& out, uint32_t depth);
  bool walk_alternative(const Part& part, const std::string& path, FlatMessage& out, uint32_t depth);
  bool walk_signed(const Part& part, const std::string& path, FlatMessage& out, uint32_t depth);
  bool open_hidden_message(const Part& part, const std::string& path, FlatMessage& out, uint32_t depth);
  bool open_closed_multipart(const Part& part, const std::string& path, bool sole, FlatMessage& out, uint32_t depth);
  bool open_pkcs7(const Part& part, const std::string& path, FlatMessage& out, uint32_t depth);
  bool enter_message(const Part& message, const std::string& path, const Part& carrier, FlatMessage& out,
                     uint32_t depth);
  Inner* reparse(Blob&& decoded);
  void add_note(std::string_view id);
  void leaf(const Part& part, const std::string& path, FlatMessage& out, std::string hold_reason = {});

  Workspace& workspace_;
  Limits limits_;
  std::deque<Inner> inner_;              // a deque: its elements never move
  std::deque<Part> letters_;             // closed multiparts, read as texts
  uint32_t parts_ = 0;
};

// The body of `part` through its transfer encoding; `facts` from the decoder. False: temporary failure.
[[nodiscard]] bool decode_content(const Part& part, Sink& out, struct TransferFacts& facts);

}  // namespace mugai::sanitize
