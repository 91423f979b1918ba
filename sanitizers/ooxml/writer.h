// The package that leaves: names for its parts, their relationships and content types, in a ZIP of ours. Borrows the sink and
// the workspace. False: the workspace failed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sanitizers/formats/zip_writer.h"
#include "sanitizers/ooxml/schema.h"

namespace mugai::sanitize::ooxml {

struct WrittenRelationship {
  std::string id, type, target;   // target: a part's name, or a URI when external
  bool external = false;
};

class PackageWriter {
 public:
  // `root`: the folder of the application, "word/".
  PackageWriter(Sink& out, Workspace& workspace, std::string root) : zip_(out, workspace), root_(std::move(root)) {}

  std::string new_name(Kind kind);
  [[nodiscard]] bool add_relationships(const std::string& part, const std::vector<WrittenRelationship>& relationships);   // of the package for ""
  [[nodiscard]] bool add_part(const std::string& name, std::string content_type, Bytes content);
  [[nodiscard]] bool add_picture(const std::string& name, const std::string& extension, const std::string& content_type, Bytes content);
  [[nodiscard]] bool finish();

 private:
  ZipWriter zip_;
  std::string root_;
  std::map<std::string_view, uint64_t> numbers_;   // by pattern
  std::map<std::string, std::string> defaults_;
  std::vector<std::pair<std::string, std::string>> overrides_;
};

}  // namespace mugai::sanitize::ooxml
