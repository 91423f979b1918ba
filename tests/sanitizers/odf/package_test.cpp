#include "expect.h"
#include "sanitizers/formats/zip_writer.h"

namespace mugai::test::odf {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kText = "<text:p text:style-name=\"P1\">議案第①号</text:p>";
OdfBytes simple() { return OdfBytes::text(kText); }

TEST(OdfPackage, IsWrittenAnewWithMediaTypeFirstAndAManifestOfOurs) {
  const std::string all = treated(simple().file(), "議案.odt");
  EXPECT_TRUE(all.starts_with("\n=== mimetype\napplication/vnd.oasis.opendocument.text\n=== content.xml"));
  EXPECT_THAT(all, HasSubstr(kText));
  EXPECT_THAT(all, HasSubstr("<manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.3\" manifest:media-type=\"application/vnd.oasis.opendocument.text\"/>"));
}

TEST(OdfPackage, EachKindStaysWhatItIs) {
  EXPECT_EQ(rebuild_file(OdfBytes::sheet("").file(), "a.ods").item().output_name, "a.ods");
  EXPECT_EQ(rebuild_file(OdfBytes::slides("").file(), "a.odp").item().output_name, "a.odp");
  EXPECT_EQ(rebuild_file(simple().type("text-template").file(), "a.ott").item().output_name, "a.ott");
  EXPECT_EQ(rebuild_file(simple().type("text-template").file(), "a.odt").item().output_name, "a.ott");
  EXPECT_EQ(rebuild_file(OdfBytes::sheet("").type("spreadsheet-template").file(), "a.ots").item().output_name, "a.ots");
  EXPECT_EQ(rebuild_file(simple().type("text-master").file(), "a.odm").item().output_name, "a.odm.odt");
}

TEST(OdfPackage, WhatSaysOneThingAndIsAnotherIsHeld) {
  EXPECT_EQ(held_for(simple().type("spreadsheet").file(), "a.ods"), "damaged-document");
  EXPECT_EQ(held_for(simple().type("graphics").file(), "a.odg"), "damaged-document");
  EXPECT_EQ(held_for(simple().type("database").file(), "a.odb"), "no-treatment");
}

TEST(OdfPackage, ProgramsThumbnailsAndPartsThatNobodyKnowsAreGone) {
  OdfBytes document = simple();
  document.add("Basic/Standard/Module1.xml", "Sub AutoOpen").add("Scripts/python/x.py", "import os").add("Thumbnails/thumbnail.png", small_png());
  document.add("Configurations2/toolbar/custom.xml", "<evil/>").add("Configurations2/accelerator/current.xml", "").add("manifest.rdf", "<rdf/>").add("layout-cache", "x");
  document.add("Versions/Version1", "old").add("secret.bin", "x").add("Fonts/a.ttf", "x").add("Pictures/unused.png", small_png());
  const RebuiltFile result = rebuild_file(document.file(), "a.odt");
  for (const char* what : {"thumbnail", "add-in", "earlier-revision", "embedded-font"}) EXPECT_EQ(count_of(result, what), 1u) << what;
  EXPECT_EQ(count_of(result, "macro"), 2u);
  EXPECT_EQ(count_of(result, "other-entry"), 2u);
  const std::string all = treated(document.file(), "a.odt");
  for (const char* gone : {"AutoOpen", "import os", "evil", "rdf", "Version1", "secret", "Fonts", "Pictures"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
}

TEST(OdfPackage, TitleAndDatesStayAndNamesOfPeopleGo) {
  OdfBytes document = OdfBytes::text("<text:p><office:annotation><dc:creator>係</dc:creator><text:p>確認</text:p></office:annotation><text:initial-creator>山田</text:initial-creator></text:p>");
  document.add("meta.xml", OdfBytes::part_xml("office:document-meta",
                                              "<office:meta><meta:generator>LibreOffice/7.4</meta:generator><dc:title>通知</dc:title><dc:creator>田中</dc:creator><dc:date>2024-01-01T00:00:00</dc:date>"
                                              "<meta:initial-creator>鈴木</meta:initial-creator><meta:user-defined meta:name=\"x\">秘</meta:user-defined>"
                                              "<meta:template xlink:href=\"http://evil.example/t.ott\"/><meta:auto-reload xlink:href=\"http://evil.example/\"/></office:meta>"));
  const std::string all = treated(document.file(), "a.odt");
  for (const char* gone : {"田中", "鈴木", "秘", "evil"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
  for (const char* stays : {"<dc:title>通知", "LibreOffice/7.4", "2024-01-01", "<dc:creator>係"}) EXPECT_THAT(all, HasSubstr(stays)) << stays;
  EXPECT_THAT(all, HasSubstr("<text:initial-creator text:fixed=\"true\">山田"));
  const RebuiltFile result = rebuild_file(document.file(), "a.odt");
  EXPECT_EQ(count_of(result, "metadata"), 3u);
  EXPECT_EQ(count_of(result, "remote-template"), 1u);
}

TEST(OdfPackage, OfSettingsOnlyThoseOfTheLayoutStay) {
  OdfBytes document = simple();
  const auto item = [](const std::string& name, const std::string& type, const std::string& value) {
    return "<config:config-item config:name=\"" + name + "\" config:type=\"" + type + "\">" + value + "</config:config-item>";
  };
  document.add("settings.xml", OdfBytes::part_xml("office:document-settings", "<office:settings><config:config-item-set config:name=\"ooo:configuration-settings\">" +
                                                                                  item("AddExternalLeading", "boolean", "true") + item("PrinterSetup", "base64Binary", "AAAA") +
                                                                                  item("PrinterName", "string", "\\\\srv\\p") + item("LinkUpdateMode", "short", "1") +
                                                                                  item("DefaultTabStop", "int", "file:") + "</config:config-item-set>"
                                                                                  "<config:config-item-set config:name=\"evil\">" + item("ZoomValue", "short", "1") +
                                                                                  "</config:config-item-set></office:settings>"));
  const std::string all = treated(document.file(), "a.odt");
  EXPECT_THAT(all, HasSubstr("<config:config-item config:name=\"AddExternalLeading\" config:type=\"boolean\">true</config:config-item>"));
  for (const char* gone : {"Printer", "LinkUpdate", "file:", "evil", "ZoomValue"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
}

TEST(OdfPackage, EncryptedPartsAndSignaturesAreSeen) {
  OdfBytes document = simple();
  document.add("META-INF/documentsignatures.xml", "<x/>");
  EXPECT_EQ(count_of(rebuild_file(document.file(), "a.odt"), "digital-signature"), 1u);
  Profile profile;
  profile.signed_documents = SignedDocuments::hold;
  EXPECT_EQ(rebuild_file(document.file(), "a.odt", profile).item().reasons.back(), "signed-document");

  OdfBytes locked = simple();
  locked.in_manifest("<manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data manifest:checksum=\"x\"/></manifest:file-entry>");
  const RebuiltFile result = rebuild_file(locked.file(), "a.odt");
  EXPECT_FALSE(result.left());
  EXPECT_EQ(result.item().action, sanitize::Action::locked);
  EXPECT_EQ(result.item().reasons.back(), "encrypted");
}

TEST(OdfPackage, DocumentTypesDeepNestingAndDamageHoldTheFile) {
  OdfBytes document = simple();
  const std::string good = document.part("content.xml"), body = good.substr(good.find("<office:"));
  const auto with = [&](const std::string& content) { return document.part("content.xml") = content, held_for(document.file(), "a.odt"); };
  EXPECT_EQ(with("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + body), "xml-entity");
  EXPECT_EQ(with("<!DOCTYPE x>" + body), "xml-entity");
  std::string deep = body.substr(0, body.find("<office:body>"));
  for (int i = 0; i < 600; ++i) deep += "<text:p>";
  EXPECT_EQ(with(deep), "xml-too-deep");
  EXPECT_EQ(with(good.substr(0, good.size() / 2)), "damaged-document");
  EXPECT_EQ(with("<x/>"), "damaged-document");
  EXPECT_EQ(with(""), "damaged-document");
  EXPECT_EQ(with(OdfBytes::part_xml("office:document-styles", "")), "damaged-document");
}

TEST(OdfPackage, DamagedAndTruncatedFilesAreHeldAndNeverCrash) {
  OdfBytes document = simple();
  document.add("Basic/a.xml", "Sub AutoOpen");
  const std::string file = document.file();
  for (size_t size = 0; size < file.size(); size += 17) EXPECT_FALSE(rebuild_file(file.substr(0, size), "a.odt").left()) << size;
  for (size_t at = 0; at < file.size(); at += 11) {
    std::string changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 0x21);
    const RebuiltFile result = rebuild_file(changed, "a.odt");
    if (!result.left() || result.item().detected == "zip") continue;   // as any archive, with members that are treated one by one
    EXPECT_THAT(parts_of(result.bytes), Not(HasSubstr("=== Basic/")));
  }
}

TEST(OdfPackage, WhatExpandsTooMuchIsHeld) {
  Profile profile;
  profile.limits.max_expanded_bytes = 1 << 20;
  EXPECT_EQ(rebuild_file(simple().add("big.bin", std::string(2 << 20, 'a')).file(), "a.odt", profile).item().reasons.back(), "expands-too-much");
}

std::string packed(const std::vector<std::pair<std::string, std::string>>& parts) {
  const auto workspace = sanitize::Workspace::in_memory();
  StringSink out;
  sanitize::ZipWriter zip(out, *workspace);
  for (const auto& [name, content] : parts) EXPECT_TRUE(zip.add_file(name, content));
  EXPECT_TRUE(zip.finish());
  return out.text;
}

TEST(OdfPackage, IsKnownThoughItsMediaTypeIsNotInFront) {
  OdfBytes sheet = OdfBytes::sheet("");
  const std::string content = sheet.part("content.xml"), type = "application/vnd.oasis.opendocument.spreadsheet";
  const std::string manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"" + type + "\"/></manifest:manifest>";
  const RebuiltFile result = rebuild_file(packed({{"content.xml", content}, {"Basic/a.xml", "Sub"}, {"META-INF/manifest.xml", manifest}}), "a.ods");
  EXPECT_EQ(result.item().output_name, "a.ods");
  EXPECT_EQ(count_of(result, "macro"), 1u);
  EXPECT_EQ(held_for(packed({{"content.xml", content}, {"META-INF/manifest.xml", manifest}, {"mimetype", "application/vnd.oasis.opendocument.text"}}), "a.ods"), "conflicting-entry");
  EXPECT_EQ(held_for(packed({{"content.xml", content}, {"META-INF/manifest.xml", "<x/>"}}), "a.ods"), "damaged-document");
}

TEST(OdfPackage, AManifestOfTheFirstProgramsMayHaveADocumentType) {
  OdfBytes sheet = OdfBytes::sheet("");
  const std::string file = packed({{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", sheet.part("content.xml")},
                                   {"META-INF/manifest.xml", "<!DOCTYPE manifest:manifest PUBLIC \"-//OpenOffice.org//DTD Manifest 1.0//EN\" \"Manifest.dtd\"><manifest:manifest xmlns:manifest=\"x\"/>"}});
  EXPECT_THAT(treated(file, "a.ods"), HasSubstr("manifest:manifest"));
}

}  // namespace
}  // namespace mugai::test::odf
