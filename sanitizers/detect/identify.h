// Says what a piece of bytes is. Every plausible reading (content, container, name, declared type) is kept, and the
// most dangerous decides: a file that is both an image and a program is a program. Pure: same bytes, same answer.
// One Identifier per thread; load() reads libmagic's database once and must run before a worker is caged.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/bytes.h"
#include "config/base/result.h"
#include "sanitizers/detect/type.h"

namespace mugai::sanitize {

struct Identity {
  const Type* type = nullptr;            // never null after identify()
  std::vector<const Type*> readings;     // all that were plausible, most dangerous first
  std::vector<std::string> reasons;      // "executable", "extension-mismatch", "double-extension", "polyglot", ...
};

class Identifier {
 public:
  static Result<std::unique_ptr<Identifier>> load();
  ~Identifier();
  Identifier(const Identifier&) = delete;
  Identifier& operator=(const Identifier&) = delete;

  // `name` is the decoded name as it arrived (not yet made safe); `declared` a lower-case media type or empty.
  Identity identify(Bytes bytes, std::string_view name, std::string_view declared) const;

 private:
  struct Magic;
  explicit Identifier(std::unique_ptr<Magic> magic);
  std::unique_ptr<Magic> magic_;
};

// A name that is safe on every desktop and keeps its meaning: path, device names, bidi and zero-width characters,
// trailing dots and blanks gone; the extension is that of `type`. Never empty, never over 200 bytes of UTF-8.
// `changed` is set to the stable reasons for what was not just cosmetic ("bidi-in-name", "double-extension", ...).
std::string safe_name(std::string_view untrusted_name, const Type& type, std::vector<std::string>& changed);

}  // namespace mugai::sanitize
