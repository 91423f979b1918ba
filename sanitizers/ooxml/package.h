// A foreign package (ISO/IEC 29500-2) as the rebuild reads it: its ZIP read strictly, its parts found by name as OPC
// compares names, their content types and relationships. Nothing is believed beyond what is looked up here; nothing is
// written. Borrows the bytes. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sanitizers/office/zip_parts.h"

namespace mugai::sanitize::ooxml {

// Lower-case, '/' between folders and none in front, percent escapes undone: what readers take for the same part.
std::string part_key(std::string_view untrusted_name);

struct Relationship {
  std::string id;         // a plain name, unique in its part
  std::string type;       // URI
  std::string target;     // as written
  bool external = false;
  std::string key;        // of the part that is meant; empty when external or when there is none
};

class Package {
 public:
  // Empty: usable. Else the reason that the file is held for.
  std::string open(Bytes untrusted, const Limits& limits, Budget& budget, Workspace& workspace);

  bool has(const std::string& key) const { return parts_.has(key); }
  // Lower-case; empty when none is given.
  std::string content_type(const std::string& key) const;
  // Of a part, or of the package for "". False: its bytes are damaged, or they are none that we read; `trouble` says why.
  bool relationships(const std::string& key, Workspace& workspace, std::vector<Relationship>& out, std::string& trouble);
  // "damaged-document", "expands-too-much", "workspace" or empty.
  std::string read(const std::string& key, Blob& out) { return parts_.read(key, out); }

  std::vector<std::string> keys() const;   // of all parts, relationships and content types left out
  const std::vector<Removed>& removed() const { return parts_.removed(); }

 private:
  std::string read_content_types(Workspace& workspace);

  ZipParts parts_;
  std::map<std::string, std::string> types_by_extension_, types_by_part_;
};

}  // namespace mugai::sanitize::ooxml
