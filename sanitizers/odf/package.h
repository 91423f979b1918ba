// A foreign package (ODF 1.3 part 2) as the rebuild reads it: its ZIP read strictly, its media type, whether parts of it are
// encrypted. What the manifest says of single parts is not believed: what a part is, its reader finds out. Nothing is
// written. Borrows the bytes. One thread.
#pragma once

#include <string>

#include "sanitizers/office/zip_parts.h"

namespace mugai::sanitize::odf {

class Package {
 public:
  // Empty: usable. Else the reason that the file is held for.
  std::string open(Bytes untrusted, const Limits& limits, Budget& budget, Workspace& workspace);

  const std::string& mimetype() const { return mimetype_; }
  bool is_encrypted() const { return encrypted_; }
  bool is_signed() const;   // the document, not only its macros

  bool has(const std::string& key) const { return parts_.has(key); }
  uint64_t size(const std::string& key) const { return parts_.size(key); }
  std::string read(const std::string& key, Blob& out) { return parts_.read(key, out); }
  std::vector<std::string> keys() const { return parts_.keys(); }
  const std::vector<Removed>& removed() const { return parts_.removed(); }

 private:
  std::string read_manifest(Workspace& workspace);

  ZipParts parts_;
  std::string mimetype_;
  bool encrypted_ = false;
};

// What a reference in a document in `folder` ("" or "Object 1/") means: a name from the root that is below that folder, or
// empty when it leads anywhere else.
std::string place_of(const std::string& folder, std::string_view untrusted_href);

}  // namespace mugai::sanitize::odf
