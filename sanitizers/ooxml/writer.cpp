#include "sanitizers/ooxml/writer.h"

namespace mugai::sanitize::ooxml {

namespace {

constexpr std::string_view kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&') result += "&amp;";
    else if (c == '<') result += "&lt;";
    else if (c == '>') result += "&gt;";
    else if (c == '"') result += "&quot;";
    else result += c;
  }
  return result;
}

std::string folder_of(const std::string& name) { return name.substr(0, name.rfind('/') + 1); }

// Both are names from the root; as most programs write it, for there are readers that know nothing else.
std::string relative(const std::string& from, const std::string& to) {
  std::string folder = folder_of(from), up;
  while (!to.starts_with(folder)) {
    folder = folder_of(folder.substr(0, folder.size() - 1));
    up += "../";
  }
  return up + to.substr(folder.size());
}

}  // namespace

std::string PackageWriter::new_name(Kind kind) {
  const std::string_view pattern = row_of(kind).name;
  std::string name(pattern);
  if (const size_t place = name.find_first_of("#~"); place != name.npos) {
    const uint64_t number = ++numbers_[pattern];
    name.replace(place, 1, name[place] == '~' && number == 1 ? "" : std::to_string(number));
  }
  const bool rooted = name.starts_with("docProps/") || name.starts_with("word/") || name.starts_with("xl/") || name.starts_with("ppt/");
  return rooted ? name : root_ + name;
}

bool PackageWriter::add_relationships(const std::string& part, const std::vector<WrittenRelationship>& relationships) {
  if (relationships.empty()) return true;
  std::string text(kHead);
  text += "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
  for (const WrittenRelationship& one : relationships) {
    const std::string target = one.external ? one.target : relative(part, one.target);
    text += "<Relationship Id=\"" + escaped(one.id) + "\" Type=\"" + escaped(one.type) + "\" Target=\"" + escaped(target) + "\"";
    text += one.external ? " TargetMode=\"External\"/>" : "/>";
  }
  text += "</Relationships>";
  const std::string folder = folder_of(part);
  return zip_.add_file(folder + "_rels/" + part.substr(folder.size()) + ".rels", text);
}

bool PackageWriter::add_part(const std::string& name, std::string content_type, Bytes content) {
  overrides_.emplace_back(name, std::move(content_type));
  return zip_.add_file(name, content);
}

bool PackageWriter::add_picture(const std::string& name, const std::string& extension, const std::string& content_type, Bytes content) {
  defaults_[extension] = content_type;
  return zip_.add_file(name, content);
}

// Last, since only now it is known what there is; no reader minds.
bool PackageWriter::finish() {
  std::string text(kHead);
  text += "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">";
  defaults_["rels"] = "application/vnd.openxmlformats-package.relationships+xml";
  defaults_["xml"] = "application/xml";
  for (const auto& [extension, type] : defaults_)
    text += "<Default Extension=\"" + escaped(extension) + "\" ContentType=\"" + escaped(type) + "\"/>";
  for (const auto& [name, type] : overrides_)
    text += "<Override PartName=\"/" + escaped(name) + "\" ContentType=\"" + escaped(type) + "\"/>";
  text += "</Types>";
  return zip_.add_file("[Content_Types].xml", text) && zip_.finish();
}

}  // namespace mugai::sanitize::ooxml
