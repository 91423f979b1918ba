#include "expect.h"

namespace mugai::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kMacroWord = "application/vnd.ms-word.document.macroEnabled.main+xml";
OoxmlBytes simple(const std::string& type = "") { return OoxmlBytes::word(word_text("<w:t>文</w:t>"), type); }

OoxmlBytes with_program() {
  OoxmlBytes document = simple(kMacroWord);
  document.add("word/vbaProject.bin", "\xd0\xcf\x11\xe0 vba", "application/vnd.ms-office.vbaProject");
  return document.relate("word/document.xml", "rId7", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin");
}

TEST(OoxmlPackage, MacroTypesBecomeTheirPlainTwins) {
  const RebuiltFile result = rebuild_file(with_program().file(), "届出.docm");
  ASSERT_TRUE(result.left());
  EXPECT_EQ(result.item().output_name, "届出.docx");
  EXPECT_EQ(count_of(result, "macro"), 1u);
  const std::string all = treated(with_program(), "届出.docm");
  EXPECT_THAT(all, AllOf(Not(HasSubstr("vba")), Not(HasSubstr("macroEnabled")), HasSubstr("wordprocessingml.document.main+xml")));
}

TEST(OoxmlPackage, TemplatesStayTemplates) {
  const struct { const char *type, *name, *becomes; } rows[] = {
      {"application/vnd.ms-word.template.macroEnabledTemplate.main+xml", "a.dotm", "a.dotx"},
      {"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "a.docx", "a.dotx"}};
  for (const auto& row : rows) EXPECT_EQ(rebuild_file(simple(row.type).file(), row.name).item().output_name, row.becomes);
  EXPECT_EQ(rebuild_file(OoxmlBytes::slides("", "", "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml").file(), "a.ppsm").item().output_name, "a.ppsx");
  EXPECT_EQ(rebuild_file(OoxmlBytes::slides("", "", "application/vnd.ms-powerpoint.template.macroEnabled.main+xml").file(), "a.potm").item().output_name, "a.potx");
  EXPECT_EQ(rebuild_file(OoxmlBytes::sheet("", "", "application/vnd.ms-excel.template.macroEnabled.main+xml").file(), "a.xltm").item().output_name, "a.xltx");
}

TEST(OoxmlPackage, WhatNoAllowedRelationshipReachesIsGone) {
  OoxmlBytes document = simple();
  document.add("word/hidden.xml", "<x/>").add("customUI/customUI.xml", "<x/>").relate("", "rId5", "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility", "customUI/customUI.xml");
  document.add("docProps/thumbnail.png", "x").relate("", "rId6", "thumbnail", "docProps/thumbnail.png");
  document.add("docProps/custom.xml", "<x/>").relate("", "rId7", "custom-properties", "docProps/custom.xml");
  document.add("word/fonts/font1.odttf", "x", "application/vnd.openxmlformats-officedocument.obfuscatedFont");
  document.add("word/webextensions/taskpanes.xml", "<x/>").add("customXml/item1.xml", "<secret/>").relate("word/document.xml", "rId8", "customXml", "../customXml/item1.xml");
  const std::string all = treated(document, "a.docx");
  for (const char* gone : {"hidden", "customUI", "thumbnail", "custom.xml", "odttf", "webextension", "secret"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
  const RebuiltFile result = rebuild_file(document.file(), "a.docx");
  for (const char* what : {"add-in", "thumbnail", "metadata", "embedded-font", "custom-data", "other-entry"}) EXPECT_GE(count_of(result, what), 1u) << what;
}

TEST(OoxmlPackage, TitleAndDatesStayAndNamesOfPeopleGo) {
  OoxmlBytes document = simple();
  document.add("docProps/core.xml",
               "<c:coreProperties xmlns:c=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:t=\"http://purl.org/dc/terms/\""
               " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>通知</dc:title><dc:creator>山田</dc:creator><c:lastModifiedBy>田中</c:lastModifiedBy>"
               "<t:created i:type=\"t:W3CDTF\">2024-01-01T00:00:00Z</t:created></c:coreProperties>",
               "application/vnd.openxmlformats-package.core-properties+xml");
  document.relate("", "rId2", "core-properties", "docProps/core.xml");
  const std::string all = treated(document, "a.docx");
  EXPECT_THAT(all, AllOf(Not(HasSubstr("山田")), Not(HasSubstr("田中")), HasSubstr("<dc:title>通知</dc:title>")));
  EXPECT_THAT(all, HasSubstr("xsi:type=\"dcterms:W3CDTF\">2024-01-01T00:00:00Z"));
}

// One that LibreOffice wrote for a damaged date of an old workbook: openpyxl and Office do not open such a document.
TEST(OoxmlPackage, WhatIsNoDateIsNoDateOfADocument) {
  const struct { const char* text; bool stays; } rows[] = {
      {"2024", true}, {"2024-02", true}, {"2024-02-29", true}, {"2024-02-29T23:59Z", true}, {"2024-02-29T23:59:59.125+09:00", true}, {"2024-02-29T23:59:59", true},
      {"32767-12-31T18:08:11Z", false}, {"0000-01-01T00:00:00Z", false}, {"2024-13-01", false}, {"2024-02-29T24:00:00Z", false}, {"2024-02-29T23:59:59.", false},
      {"2024-02-29T23:59:59 JST", false}, {"2024-02-29T23:59:59Z<x/>!", false}, {"", false}};
  for (const auto& row : rows) {
    OoxmlBytes document = simple();
    document.add("docProps/core.xml",
                 "<c:coreProperties xmlns:c=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:t=\"http://purl.org/dc/terms/\"><t:modified>" +
                     std::string(row.text) + "</t:modified></c:coreProperties>",
                 "application/vnd.openxmlformats-package.core-properties+xml");
    document.relate("", "rId2", "core-properties", "docProps/core.xml");
    const RebuiltFile result = rebuild_file(document.file(), "a.docx");
    ASSERT_TRUE(result.left()) << row.text;
    EXPECT_EQ(count_of(result, "metadata"), row.stays ? 0u : 1u) << row.text;
    EXPECT_EQ(treated(document, "a.docx").find("dcterms:modified") != std::string::npos, row.stays) << row.text;
  }
}

TEST(OoxmlPackage, NamesOfPartsAreReadAsReadersReadThem) {
  for (const char* name : {"word\\document.xml", "Word/DOCUMENT.xml", "word/docu%6Dent.xml"}) {
    OoxmlBytes document = with_program();
    document.rename("word/document.xml", name).rename("word/vbaProject.bin", "word\\vba%50roject.bin");
    const RebuiltFile result = rebuild_file(document.file(), "a.docm");
    ASSERT_TRUE(result.left()) << name << ::testing::PrintToString(result.item().reasons);
    EXPECT_THAT(parts_of(result.bytes), AllOf(HasSubstr("=== word/document.xml"), Not(HasSubstr("vba"))));
  }
}

TEST(OoxmlPackage, SignedDocumentsAreHeldWhereTheProfileSaysSo) {
  OoxmlBytes document = simple();
  document.add("_xmlsignatures/sig1.xml", "<x/>", "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml");
  EXPECT_EQ(count_of(rebuild_file(document.file(), "a.docx"), "digital-signature"), 1u);
  Profile profile;
  profile.signed_documents = SignedDocuments::hold;
  EXPECT_EQ(rebuild_file(document.file(), "a.docx", profile).item().reasons.back(), "signed-document");
}

TEST(OoxmlPackage, TwoReadingsHoldTheFile) {
  EXPECT_EQ(held_for(simple().add("word/Document.XML", "<w:document/>").file(), "a.docx"), "duplicate-name");
  EXPECT_EQ(held_for(simple().add("word/docu%6dent.xml", "<w:document/>").file(), "a.docx"), "duplicate-name");
  EXPECT_EQ(held_for(simple().add("x/a.xml", "<a/>").relate("", "rId9", "officeDocument", "x/a.xml").file(), "a.docx"), "conflicting-entry");
  EXPECT_EQ(held_for(simple().relate("word/document.xml", "rId9", "image", "a.png").relate("word/document.xml", "rId9", "image", "b.png").file(), "a.docx"), "conflicting-entry");
}

TEST(OoxmlPackage, DocumentTypesDeepNestingAndDamageHoldTheFile) {
  OoxmlBytes document = simple();
  const std::string good = document.part("word/document.xml");
  const auto with = [&](const std::string& content) { return document.part("word/document.xml") = content, held_for(document.file(), "a.docx"); };
  EXPECT_EQ(with("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + good.substr(good.find("<w:"))), "xml-entity");
  EXPECT_EQ(with("<!DOCTYPE x>" + good.substr(good.find("<w:"))), "xml-entity");
  std::string deep = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">";
  for (int i = 0; i < 600; ++i) deep += "<w:p>";
  EXPECT_EQ(with(deep), "xml-too-deep");
  EXPECT_EQ(with(good.substr(0, good.size() / 2)), "damaged-document");
  EXPECT_EQ(with(good + "<x/>"), "damaged-document");
  EXPECT_EQ(with("<x xmlns=\"urn:x\"/>"), "damaged-document");
  EXPECT_EQ(with(""), "damaged-document");
  EXPECT_EQ(with("<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>" + good.substr(good.find("<w:"))), "damaged-document");
}

TEST(OoxmlPackage, WithoutAMainPartThatWeKnowTheFileIsHeld) {
  EXPECT_EQ(held_for(simple("application/vnd.ms-excel.addin.macroEnabled.main+xml").file(), "a.docx"), "damaged-document");
  EXPECT_EQ(held_for(simple("text/plain").file(), "a.docx"), "damaged-document");
}

TEST(OoxmlPackage, DamagedAndTruncatedFilesAreHeldAndNeverCrash) {
  const std::string file = with_program().file();
  for (size_t size = 0; size < file.size(); size += 7) EXPECT_FALSE(rebuild_file(file.substr(0, size), "a.docm").left()) << size;
  for (size_t at = 0; at < file.size(); at += 5) {
    std::string changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 0x21);
    const RebuiltFile result = rebuild_file(changed, "a.docm");
    if (result.left()) EXPECT_THAT(parts_of(result.bytes), Not(HasSubstr("vbaProject")));
  }
}

TEST(OoxmlPackage, WhatExpandsTooMuchIsHeld) {
  Profile profile;
  profile.limits.max_expanded_bytes = 1 << 20;
  const RebuiltFile result = rebuild_file(simple().add("word/big.bin", std::string(2 << 20, 'a')).file(), "a.docx", profile);
  EXPECT_FALSE(result.left());
  EXPECT_EQ(result.item().reasons.back(), "expands-too-much");
}

}  // namespace
}  // namespace mugai::test
