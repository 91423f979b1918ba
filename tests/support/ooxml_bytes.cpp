#include "tests/support/ooxml_bytes.h"

#include <gtest/gtest.h>

#include "sanitizers/formats/archive_source.h"
#include "sanitizers/formats/zip_writer.h"

namespace mugai::test {

namespace {

constexpr char kHead[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const std::string kSpaces =
    " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
    " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
    " xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\""
    " xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\""
    " xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""
    " xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\"";
const std::string kOffice = "application/vnd.openxmlformats-officedocument.";

std::string uri_of(const std::string& type) {
  if (type.find(':') != type.npos) return type;
  if (type == "core-properties" || type == "thumbnail") return "http://schemas.openxmlformats.org/package/2006/relationships/metadata/" + type;
  return "http://schemas.openxmlformats.org/officeDocument/2006/relationships/" + type;
}

}  // namespace

OoxmlBytes OoxmlBytes::word(const std::string& body, const std::string& main_type) {
  OoxmlBytes made;
  made.add("word/document.xml", kHead + ("<w:document" + kSpaces + "><w:body>" + body + "<w:sectPr/></w:body></w:document>"),
           main_type.empty() ? kOffice + "wordprocessingml.document.main+xml" : main_type);
  return made.relate("", "rId1", "officeDocument", "word/document.xml");
}

OoxmlBytes OoxmlBytes::sheet(const std::string& rows, const std::string& workbook, const std::string& main_type) {
  const std::string space = " xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
                            " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
  OoxmlBytes made;
  made.add("xl/workbook.xml", kHead + ("<workbook" + space + "><sheets><sheet name=\"表\" sheetId=\"1\" r:id=\"rId1\"/></sheets>" + workbook + "</workbook>"),
           main_type.empty() ? kOffice + "spreadsheetml.sheet.main+xml" : main_type);
  made.add("xl/worksheets/sheet1.xml", kHead + ("<worksheet" + space + "><sheetData>" + rows + "</sheetData></worksheet>"),
           kOffice + "spreadsheetml.worksheet+xml");
  made.relate("xl/workbook.xml", "rId1", "worksheet", "worksheets/sheet1.xml");
  return made.relate("", "rId1", "officeDocument", "xl/workbook.xml");
}

OoxmlBytes OoxmlBytes::slides(const std::string& shapes, const std::string& presentation, const std::string& main_type) {
  OoxmlBytes made;
  made.add("ppt/presentation.xml",
           kHead + ("<p:presentation" + kSpaces + "><p:sldIdLst><p:sldId id=\"256\" r:id=\"rId1\"/></p:sldIdLst>" + presentation + "</p:presentation>"),
           main_type.empty() ? kOffice + "presentationml.presentation.main+xml" : main_type);
  made.add("ppt/slides/slide1.xml", kHead + ("<p:sld" + kSpaces + "><p:cSld><p:spTree>" + shapes + "</p:spTree></p:cSld></p:sld>"),
           kOffice + "presentationml.slide+xml");
  made.relate("ppt/presentation.xml", "rId1", "slide", "slides/slide1.xml");
  return made.relate("", "rId1", "officeDocument", "ppt/presentation.xml");
}

OoxmlBytes& OoxmlBytes::add(const std::string& name, const std::string& content, const std::string& content_type) {
  parts_.push_back({name, content, content_type});
  return *this;
}

OoxmlBytes& OoxmlBytes::relate(const std::string& from, const std::string& id, const std::string& type, const std::string& target, bool external) {
  relationships_[from] += "<Relationship Id=\"" + id + "\" Type=\"" + uri_of(type) + "\" Target=\"" + target + "\"" +
                          (external ? " TargetMode=\"External\"/>" : "/>");
  return *this;
}

OoxmlBytes& OoxmlBytes::rename(const std::string& from, const std::string& to) {
  for (Part& part : parts_)
    if (part.name == from) part.name = to;
  return *this;
}

std::string& OoxmlBytes::part(const std::string& name) {
  for (Part& part : parts_)
    if (part.name == name) return part.content;
  ADD_FAILURE() << "no part " << name;
  return parts_.front().content;
}

OoxmlBytes& OoxmlBytes::replace_in(const std::string& name, const std::string& what, const std::string& with) {
  std::string& content = part(name);
  for (size_t at = content.find(what); at != content.npos; at = content.find(what, at + with.size())) content.replace(at, what.size(), with);
  return *this;
}

std::string OoxmlBytes::file() const {
  std::string types = kHead + std::string("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                                          "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                                          "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                                          "<Default Extension=\"png\" ContentType=\"image/png\"/><Default Extension=\"emf\" ContentType=\"image/x-emf\"/>");
  for (const Part& part : parts_)
    if (!part.type.empty()) types += "<Override PartName=\"/" + part.name + "\" ContentType=\"" + part.type + "\"/>";
  types += "</Types>";
  const auto workspace = sanitize::Workspace::in_memory();
  StringSink out;
  sanitize::ZipWriter zip(out, *workspace);
  bool ok = zip.add_file("[Content_Types].xml", types);
  for (const auto& [from, rows] : relationships_) {
    const size_t slash = from.rfind('/') + 1;
    ok = ok && zip.add_file(from.substr(0, slash) + "_rels/" + from.substr(slash) + ".rels",
                            kHead + ("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" + rows + "</Relationships>"));
  }
  for (const Part& part : parts_) ok = ok && zip.add_file(part.name, part.content);
  EXPECT_TRUE(ok && zip.finish());
  return std::move(out.text);
}

std::string parts_of(Bytes package) {
  const auto source = sanitize::open_zip(package, {10'000, 1 << 30}, {});
  EXPECT_EQ(source->trouble, "");
  if (!source->trouble.empty()) return {};
  std::string all;
  for (size_t i = 0; i < source->members.size(); ++i) {
    StringSink content;
    EXPECT_EQ(source->read(i, content), sanitize::ArchiveSource::Read::ok);
    all += "\n=== " + source->members[i].name + "\n" + content.text;
  }
  return all;
}

std::string part_of(Bytes package, const std::string& name) {
  const std::string all = parts_of(package), mark = "\n=== " + name + "\n";
  const size_t at = all.find(mark);
  if (at == all.npos) return {};
  const size_t start = at + mark.size();
  return all.substr(start, all.find("\n=== ", start) - start);
}

std::string word_text(const std::string& inner) { return "<w:p><w:r>" + inner + "</w:r></w:p>"; }

std::string as_utf16(const std::string& xml) {
  std::string result = "\xff\xfe";
  std::string text = xml;
  if (const size_t at = text.find("UTF-8"); at != text.npos) text.replace(at, 5, "UTF-16");
  for (const char c : text) result += {c, '\0'};
  return result;
}

}  // namespace mugai::test
