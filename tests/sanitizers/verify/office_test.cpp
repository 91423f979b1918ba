#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sanitizers/verify/verify.h"
#include "tests/support/ooxml_bytes.h"
#include "tests/support/rebuild.h"

namespace mugai::test {
namespace {

using ::testing::Contains;

std::vector<std::string> objections(const OoxmlBytes& document, const std::string& name) {
  auto report = sanitize::verify_file(document.file(), name, Limits(), identifier());
  std::vector<std::string> all;
  for (const sanitize::Item& item : report->items) all.insert(all.end(), item.reasons.begin(), item.reasons.end());
  return all;
}

std::string field(const std::string& code) {
  return "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>" + code.substr(0, 2) + "</w:instrText></w:r><w:r><w:instrText>" + code.substr(2) +
         "</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>";
}

TEST(VerifyOffice, FindsNothingInPlainDocuments) {
  EXPECT_THAT(objections(OoxmlBytes::word(word_text("<w:t>DDE | [1]</w:t>") + field("PAGE")), "a.docx"), ::testing::IsEmpty());
  EXPECT_THAT(objections(OoxmlBytes::sheet("<row r=\"1\"><c r=\"A1\"><f>SUM(A2)&amp;\"a|b\"</f></c></row>"), "a.xlsx"), ::testing::IsEmpty());
}

TEST(VerifyOffice, ObjectsToWhatRunsFetchesOrEmbeds) {
  EXPECT_THAT(objections(OoxmlBytes::word(field("DDEAUTO cmd")), "a.docx"), Contains("field-code"));
  EXPECT_THAT(objections(OoxmlBytes::word("<w:altChunk r:id=\"rId1\"/>"), "a.docx"), Contains("embedded-file"));
  EXPECT_THAT(objections(OoxmlBytes::word("<w:p><o:OLEObject/></w:p>"), "a.docx"), Contains("object"));
  EXPECT_THAT(objections(OoxmlBytes::word("<w:p xmlns:q=\"urn:schemas-microsoft-com:office:office\"><q:OLEObject/></w:p>"), "a.docx"), Contains("other-entry"));
  EXPECT_THAT(objections(OoxmlBytes::word("").relate("word/document.xml", "rId3", "image", "http://evil.example/a.png", true), "a.docx"), Contains("external-reference"));
  EXPECT_THAT(objections(OoxmlBytes::word("").relate("word/document.xml", "rId3", "hyperlink", "file://evil/a", true), "a.docx"), Contains("unsafe-link"));
  EXPECT_THAT(objections(OoxmlBytes::word("").add("word/vbaProject.bin", "x"), "a.docx"), Contains("other-entry"));
  EXPECT_THAT(objections(OoxmlBytes::sheet("<row r=\"1\"><c r=\"A1\"><f>cmd|'/c calc'!A0</f></c></row>"), "a.xlsx"), Contains("dde"));
  EXPECT_THAT(objections(OoxmlBytes::sheet("<row r=\"1\"><c r=\"A1\"><f>1+WEBSERVICE(A2)</f></c></row>"), "a.xlsx"), Contains("external-formula"));
  EXPECT_THAT(objections(OoxmlBytes::sheet("", "<definedNames><definedName name=\"Auto_Open\">A1</definedName></definedNames>"), "a.xlsx"), Contains("macro"));
  EXPECT_THAT(objections(OoxmlBytes::slides("<a:hlinkClick action=\"ppaction://macro?name=x\"/>"), "a.pptx"), Contains("action"));
}

TEST(VerifyOffice, ObjectsToDocumentTypesAndToXmlThatIsNotAsWritten) {
  OoxmlBytes document = OoxmlBytes::word("");
  document.replace_in("word/document.xml", "<w:document", "<!DOCTYPE x><w:document");
  EXPECT_THAT(objections(document, "a.docx"), Contains("xml-entity"));
  document.part("word/document.xml") = as_utf16("<x/>");
  EXPECT_THAT(objections(document, "a.docx"), Contains("damaged-document"));
}

}  // namespace
}  // namespace mugai::test
