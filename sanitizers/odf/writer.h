// The package that leaves: media type first, parts in the order in which they were added, a manifest that names them all.
// Parts are kept in the workspace until finish(), so that those of a document inside that fails can be taken back. Borrows the
// sink and the workspace. False: the workspace or the sink failed.
#pragma once

#include <string>
#include <vector>

#include "sanitizers/workspace.h"

namespace mugai::sanitize::odf {

class PackageWriter {
 public:
  PackageWriter(Sink& out, Workspace& workspace) : out_(out), workspace_(workspace) {}

  void add(std::string name, std::string media_type, Blob content);
  // A folder that holds a document: only the manifest knows it.
  void add_document(std::string folder, std::string media_type);

  size_t mark() const { return entries_.size(); }
  void take_back(size_t mark) { entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(mark), entries_.end()); }

  // `version` is of OpenDocument: "1.3".
  [[nodiscard]] bool finish(const std::string& mimetype, const std::string& version);

 private:
  struct Entry {
    std::string name, media_type;
    Blob content;
    bool is_folder;
  };
  Sink& out_;
  Workspace& workspace_;
  std::vector<Entry> entries_;
};

}  // namespace mugai::sanitize::odf
