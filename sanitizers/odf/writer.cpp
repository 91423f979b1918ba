#include "sanitizers/odf/writer.h"

#include "sanitizers/formats/zip_writer.h"
#include "sanitizers/odf/vocabulary.h"
#include "sanitizers/xml/xml_writer.h"

namespace mugai::sanitize::odf {

namespace {

const Namespace* manifest_space() { return namespace_by_uri("urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"); }

void write_entry(XmlWriter& writer, const std::string& path, const std::string& media_type, const std::string& version) {
  const Namespace* space = manifest_space();
  std::vector<XmlAttribute> attributes{{{space, false, "full-path"}, path}};
  if (!version.empty()) attributes.push_back({{space, false, "version"}, version});
  attributes.push_back({{space, false, "media-type"}, media_type});
  writer.start({space, false, "file-entry"}, attributes);
  writer.end();
}

}  // namespace

void PackageWriter::add(std::string name, std::string media_type, Blob content) { entries_.push_back({std::move(name), std::move(media_type), std::move(content), false}); }

void PackageWriter::add_document(std::string folder, std::string media_type) { entries_.push_back({std::move(folder), std::move(media_type), Blob(workspace_), true}); }

bool PackageWriter::finish(const std::string& mimetype, const std::string& version) {
  // Version 1.2 and later say so in the manifest, earlier ones have no place for it.
  const std::string stated = version == "1.0" || version == "1.1" ? "" : version;
  ZipWriter zip(out_, workspace_);
  if (!zip.add_file("mimetype", mimetype, {}, ZipWriter::Packing::stored)) return false;
  StringSink manifest;
  XmlWriter writer(manifest);
  writer.start({manifest_space(), false, "manifest"}, stated.empty() ? std::vector<XmlAttribute>{} : std::vector<XmlAttribute>{{{manifest_space(), false, "version"}, stated}});
  write_entry(writer, "/", mimetype, stated);
  for (const Entry& one : entries_) {
    write_entry(writer, one.name, one.media_type, one.is_folder ? stated : "");
    if (!one.is_folder && !zip.add_file(one.name, one.content.bytes())) return false;
  }
  writer.finish();
  return zip.add_file("META-INF/manifest.xml", manifest.text) && zip.finish();
}

}  // namespace mugai::sanitize::odf
