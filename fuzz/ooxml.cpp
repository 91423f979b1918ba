// links: sanitizers
// The first byte says what the rest is: a package, or the main part of a document of Word, a sheet or a slide. What leaves
// passes the second look, and treated again it is the same.
#include <cstdlib>
#include <memory>

#include "sanitizers/formats/zip_writer.h"
#include "sanitizers/verify/verify.h"
#include "tests/support/lone_format.h"

namespace {

using namespace mugai;

const std::string kOffice = "application/vnd.openxmlformats-officedocument.";
const std::string kRelation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

struct Shape {
  std::string_view type, main, main_type, inner, inner_type, relation, outer;
};
constexpr Shape kShapes[] = {
    {"docx", "word/document.xml", "wordprocessingml.document.main+xml", "word/header1.xml", "wordprocessingml.header+xml", "header", ""},
    {"xlsx", "xl/workbook.xml", "spreadsheetml.sheet.main+xml", "xl/worksheets/sheet1.xml", "spreadsheetml.worksheet+xml", "worksheet",
     "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
     "<sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
    {"pptx", "ppt/presentation.xml", "presentationml.presentation.main+xml", "ppt/slides/slide1.xml", "presentationml.slide+xml", "slide",
     "<p:presentation xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><p:sldIdLst>"
     "<p:sldId id=\"1\" r:id=\"rId1\"/></p:sldIdLst></p:presentation>"},
};

std::string relationships(const std::string& rows) {
  return "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" + rows + "</Relationships>";
}
std::string row(const std::string& id, const std::string& type, const std::string& target, const std::string& mode = "") {
  return "<Relationship Id=\"" + id + "\" Type=\"" + kRelation + type + "\" Target=\"" + target + "\"" + mode + "/>";
}

std::string package(const Shape& shape, Bytes part) {
  const auto workspace = sanitize::Workspace::in_memory();
  StringSink out;
  sanitize::ZipWriter zip(out, *workspace);
  const std::string main(shape.main), inner(shape.inner);
  const size_t slash = main.rfind('/') + 1;
  std::string types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/xml\"/>";
  types += "<Override PartName=\"/" + main + "\" ContentType=\"" + kOffice + std::string(shape.main_type) + "\"/>";
  types += "<Override PartName=\"/" + inner + "\" ContentType=\"" + kOffice + std::string(shape.inner_type) + "\"/></Types>";
  const std::string web = row("rId8", "hyperlink", "http://a.example/", " TargetMode=\"External\"") + row("rId9", "image", "file://evil/a", " TargetMode=\"External\"");
  const bool ok = zip.add_file("[Content_Types].xml", types) && zip.add_file("_rels/.rels", relationships(row("rId1", "officeDocument", main))) &&
                  zip.add_file(main.substr(0, slash) + "_rels/" + main.substr(slash) + ".rels", relationships(row("rId1", std::string(shape.relation), "/" + inner) + web)) &&
                  zip.add_file(main, shape.outer.empty() ? part : Bytes(shape.outer)) && (shape.outer.empty() || zip.add_file(inner, part)) && zip.finish();
  return ok ? std::move(out.text) : std::string();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<sanitize::Identifier> identifier = std::move(sanitize::Identifier::load().value());
  if (size < 1) return 0;
  const Bytes rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Shape& shape = kShapes[data[0] % 3];
  const std::string file = data[0] % 4 == 3 ? std::string(rest) : package(shape, rest);
  Profile profile;
  profile.limits.max_expanded_bytes = 16 << 20;
  if (data[0] & 0x40) profile.urls = UrlPolicy::keep;
  const test::LoneResult first = test::treat_alone(file, shape.type, profile);
  if (!first.left()) return 0;
  const test::LoneResult second = test::treat_alone(first.bytes, shape.type, profile);
  if (!second.left() || second.bytes != first.bytes || !second.outcome.removed.empty()) std::abort();
  const std::string name = "a." + std::string(first.outcome.type_out->extension);
  auto look = sanitize::verify_file(first.bytes, name, profile.limits, *identifier);
  if (!look || look->verdict != sanitize::Verdict::clean) std::abort();
  return 0;
}
