#include "tests/support/odf_bytes.h"

#include <gtest/gtest.h>

#include "sanitizers/formats/zip_writer.h"
#include "sanitizers/mime/transfer.h"

namespace mugai::test {

namespace {

constexpr char kHead[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const std::string kOasis = "urn:oasis:names:tc:opendocument:xmlns:";

std::string spaces() {
  std::string all;
  for (const auto& [prefix, word] : {std::pair{"office", "office:1.0"}, {"text", "text:1.0"}, {"table", "table:1.0"}, {"draw", "drawing:1.0"}, {"style", "style:1.0"},
                                     {"fo", "xsl-fo-compatible:1.0"}, {"svg", "svg-compatible:1.0"}, {"form", "form:1.0"}, {"script", "script:1.0"}, {"config", "config:1.0"},
                                     {"presentation", "presentation:1.0"}, {"anim", "animation:1.0"}, {"chart", "chart:1.0"}, {"meta", "meta:1.0"}, {"of", "of:1.2"}})
    all += std::string(" xmlns:") + prefix + "=\"" + kOasis + word + "\"";
  return all + " xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:math=\"http://www.w3.org/1998/Math/MathML\""
               " xmlns:ooo=\"http://openoffice.org/2004/office\" xmlns:ooow=\"http://openoffice.org/2004/writer\" xmlns:dom=\"http://www.w3.org/2001/xml-events\""
               " xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\""
               " xmlns:field=\"urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0\" office:version=\"1.3\"";
}

OdfBytes made(const std::string& type, const std::string& body_name, const std::string& body, const std::string& before_body = "") {
  OdfBytes result;
  result.type(type);
  return result.add("content.xml", OdfBytes::part_xml("office:document-content", before_body + "<office:body><office:" + body_name + ">" + body + "</office:" + body_name + "></office:body>"));
}

}  // namespace

std::string OdfBytes::part_xml(const std::string& root, const std::string& inside) { return kHead + ("<" + root + spaces() + ">" + inside + "</" + root + ">"); }

OdfBytes OdfBytes::text(const std::string& body, const std::string& before_body) { return made("text", "text", body, before_body); }

OdfBytes OdfBytes::sheet(const std::string& cells, const std::string& after_tables) {
  return made("spreadsheet", "spreadsheet", "<table:table table:name=\"表\"><table:table-row>" + cells + "</table:table-row></table:table>" + after_tables);
}

OdfBytes OdfBytes::slides(const std::string& shapes) { return made("presentation", "presentation", "<draw:page draw:name=\"表紙\">" + shapes + "</draw:page>"); }

OdfBytes& OdfBytes::type(const std::string& last_word) {
  type_ = last_word;
  return *this;
}

OdfBytes& OdfBytes::add(const std::string& name, const std::string& content) {
  for (Part& part : parts_)
    if (part.name == name) return part.content = content, *this;
  parts_.push_back({name, content});
  return *this;
}

OdfBytes& OdfBytes::in_manifest(const std::string& entries) {
  manifest_ += entries;
  return *this;
}

std::string& OdfBytes::part(const std::string& name) {
  for (Part& part : parts_)
    if (part.name == name) return part.content;
  ADD_FAILURE() << "no part " << name;
  return parts_.front().content;
}

std::string OdfBytes::file() const {
  const auto workspace = sanitize::Workspace::in_memory();
  StringSink out;
  sanitize::ZipWriter zip(out, *workspace);
  const std::string mimetype = "application/vnd.oasis.opendocument." + type_;
  bool ok = zip.add_file("mimetype", mimetype, {}, sanitize::ZipWriter::Packing::stored);
  std::string manifest = kHead + ("<manifest:manifest xmlns:manifest=\"" + kOasis + "manifest:1.0\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"" + mimetype + "\"/>");
  for (const Part& part : parts_) {
    ok = ok && zip.add_file(part.name, part.content);
    manifest += "<manifest:file-entry manifest:full-path=\"" + part.name + "\" manifest:media-type=\"text/xml\"/>";
  }
  EXPECT_TRUE(ok && zip.add_file("META-INF/manifest.xml", manifest + manifest_ + "</manifest:manifest>") && zip.finish());
  return std::move(out.text);
}

std::string OdfBytes::flat() const {
  std::string xml = parts_.front().content;
  for (size_t at = xml.find("office:document-content"); at != xml.npos; at = xml.find("office:document-content")) xml.replace(at, 23, "office:document");
  const std::string version = " office:version=\"1.3\"";
  return xml.replace(xml.find(version), version.size(), version + " office:mimetype=\"application/vnd.oasis.opendocument." + type_ + "\"");
}

std::string small_png() {
  StringSink png;
  sanitize::TransferDecoder decoder(sanitize::TransferEncoding::base64);
  EXPECT_TRUE(decoder.decode("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEklEQVR4nGP4z8DAAMIM/4EAAB/uBfsL2WiLAAAAAElFTkSuQmCC", png) && decoder.finish(png));
  return png.text;
}

}  // namespace mugai::test
