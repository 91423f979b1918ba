#include "expect.h"

namespace mugai::test::odf {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string framed(const std::string& inside) { return "<text:p><draw:frame draw:name=\"f\">" + inside + "</draw:frame></text:p>"; }
std::string picture(const std::string& href) { return "<draw:image xlink:href=\"" + href + "\" xlink:type=\"simple\" xlink:show=\"embed\" xlink:actuate=\"onLoad\"/>"; }

TEST(OdfText, WhatReadersSeeStays) {
  const std::string body =
      "<text:tracked-changes><text:changed-region text:id=\"c1\"><text:deletion><office:change-info><dc:creator>係</dc:creator></office:change-info><text:p>旧</text:p></text:deletion></text:changed-region></text:tracked-changes>"
      "<text:h text:outline-level=\"1\">見出し</text:h><text:p>本文<text:change text:change-id=\"c1\"/><text:ruby><text:ruby-base>漢</text:ruby-base><text:ruby-text>かん</text:ruby-text></text:ruby>"
      "<text:note text:note-class=\"footnote\"><text:note-citation>1</text:note-citation><text:note-body><text:p>注</text:p></text:note-body></text:note><text:tab/><text:s text:c=\"2\"/></text:p>"
      "<text:list><text:list-item><text:p>箇条</text:p></text:list-item></text:list><text:p><text:page-number text:select-page=\"current\">1</text:page-number></text:p>";
  EXPECT_THAT(treated(OdfBytes::text(body).file(), "a.odt"), HasSubstr(body));
}

TEST(OdfText, ProgramsAndWhatCallsThemGo) {
  const std::string script = "<office:scripts><office:script script:language=\"ooo:Basic\"><ooo:libraries/></office:script><office:event-listeners>"
                             "<script:event-listener script:language=\"ooo:script\" script:event-name=\"dom:load\" xlink:href=\"vnd.sun.star.script:a.b?language=Basic\"/></office:event-listeners></office:scripts>";
  const std::string body = "<text:p><text:execute-macro text:name=\"m\">押す<office:event-listeners><script:event-listener script:event-name=\"dom:click\" script:macro-name=\"evil\"/></office:event-listeners></text:execute-macro>"
                           "<text:script script:language=\"JavaScript\">alert(1)</text:script></text:p>"
                           "<text:p><draw:frame><office:event-listeners><script:event-listener script:event-name=\"dom:click\" xlink:href=\"vnd.sun.star.script:evil\"/></office:event-listeners></draw:frame></text:p>";
  const std::string all = treated(OdfBytes::text(body, script).file(), "a.odt");
  for (const char* gone : {"vnd.sun", "evil", "alert", "office:scripts", "event-listener", "ooo:libraries"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
  EXPECT_THAT(all, HasSubstr("押す"));
  const RebuiltFile result = rebuild_file(OdfBytes::text(body, script).file(), "a.odt");
  EXPECT_EQ(count_of(result, "macro"), 5u);
  EXPECT_EQ(count_of(result, "script"), 1u);
}

TEST(OdfText, AForbiddenElementIsKnownUnderAnyPrefix) {
  const std::string body = "<text:p><t:execute-macro xmlns:t=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" t:name=\"m\">押す</t:execute-macro>"
                           "<s:event-listener xmlns:s=\"urn:oasis:names:tc:opendocument:xmlns:script:1.0\"/><x:evil xmlns:x=\"urn:x\" x:a=\"b\">語</x:evil></text:p><x:evil xmlns:x=\"urn:x\">他</x:evil>";
  const std::string all = treated(OdfBytes::text(body).file(), "a.odt");
  EXPECT_THAT(all, HasSubstr("<text:p>押す語</text:p></office:text>"));
  EXPECT_THAT(all, Not(HasSubstr("urn:x")));
}

TEST(OdfText, WhatLiesElsewhereIsNotFetched) {
  const std::string body =
      "<text:section text:name=\"s\"><text:section-source xlink:href=\"http://evil.example/a.odt\"/><text:p>区分</text:p></text:section>" + framed(picture("http://evil.example/a.png")) +
      framed("<draw:floating-frame xlink:href=\"http://evil.example/\"/>") + framed("<draw:plugin xlink:href=\"http://evil.example/v.mp4\" draw:mime-type=\"application/vnd.sun.star.media\"/>") +
      framed("<draw:object xlink:href=\"file:///C:/evil.ods\"/>") +
      "<text:dde-connection-decls><text:dde-connection-decl office:dde-application=\"soffice\" office:dde-topic=\"evil\"/></text:dde-connection-decls>"
      "<text:p><text:dde-connection text:connection-name=\"evil\">値</text:dde-connection><text:database-display text:table-name=\"t\" text:database-name=\"evil\">姓</text:database-display></text:p>";
  const std::string styles = "<office:font-face-decls><style:font-face style:name=\"F\"><svg:font-face-src><svg:font-face-uri xlink:href=\"http://evil.example/f.ttf\"/></svg:font-face-src></style:font-face></office:font-face-decls>"
                             "<office:automatic-styles><style:style style:name=\"P1\" style:family=\"paragraph\"><style:paragraph-properties><style:background-image xlink:href=\"//evil.example/b.png\"/></style:paragraph-properties></style:style></office:automatic-styles>";
  const std::string all = treated(OdfBytes::text(body, styles).file(), "a.odt");
  EXPECT_THAT(all, Not(HasSubstr("evil")));
  for (const char* stays : {"区分", "値", "姓", "style:name=\"F\""}) EXPECT_THAT(all, HasSubstr(stays)) << stays;
  const RebuiltFile result = rebuild_file(OdfBytes::text(body, styles).file(), "a.odt");
  for (const char* what : {"iframe", "media", "dde", "data-connection", "embedded-font"}) EXPECT_EQ(count_of(result, what), 1u) << what;
  EXPECT_EQ(count_of(result, "external-reference"), 4u);
}

TEST(OdfText, LinksFollowThePolicy) {
  const std::string body = "<text:p><text:a xlink:href=\"https://city.example/\" xlink:type=\"simple\">市</text:a><text:a xlink:href=\"#章\">章</text:a><text:a xlink:href=\"file:///C:/a.exe\">甲</text:a>"
                           "<text:a xlink:href=\"vnd.sun.star.script:a\">乙</text:a><text:a xlink:href=\"../a.odt\">丙</text:a></text:p>";
  const std::string defanged = treated(OdfBytes::text(body).file(), "a.odt");
  EXPECT_THAT(defanged, HasSubstr("<text:p>市<text:a xlink:href=\"#章\">章</text:a>甲乙丙</text:p>"));
  const std::string kept = treated(OdfBytes::text(body).file(), "a.odt", keeping_links());
  EXPECT_THAT(kept, HasSubstr("<text:a xlink:href=\"https://city.example/\" xlink:type=\"simple\">市</text:a>"));
  const RebuiltFile result = rebuild_file(OdfBytes::text(body).file(), "a.odt");
  EXPECT_EQ(count_of(result, "unsafe-link"), 3u);
  EXPECT_EQ(count_of(result, "url-defanged"), 1u);
}

TEST(OdfText, PicturesAreRebuiltUnderNamesOfOurs) {
  OdfBytes document = OdfBytes::text(framed(picture("Pictures/100%20evil.png")) + framed(picture("./Pictures/100 evil.png")));
  document.add("Pictures/100 evil.png", small_png() + "<script>");
  const std::string all = treated(document.file(), "a.odt");
  EXPECT_THAT(all, AllOf(Not(HasSubstr("evil")), Not(HasSubstr("script>")), HasSubstr("=== Pictures/image1.png"), Not(HasSubstr("image2"))));
  EXPECT_THAT(all, HasSubstr("<draw:image xlink:href=\"Pictures/image1.png\" xlink:type=\"simple\""));
}

TEST(OdfText, OneOfSeveralFormsOfAPictureIsEnoughAndOneThatIsLostLeavesAGreySquare) {
  OdfBytes document = OdfBytes::text(framed(picture("Pictures/a.emf") + picture("Pictures/a.png")) + framed(picture("Pictures/a.emf") + "<svg:desc>図</svg:desc>"));
  document.add("Pictures/a.emf", "\1\0\0\0 EMF").add("Pictures/a.png", small_png());
  const std::string all = treated(document.file(), "a.odt");
  EXPECT_THAT(all, HasSubstr("<draw:frame draw:name=\"f\"><draw:image xlink:href=\"Pictures/image1.png\" xlink:type=\"simple\" xlink:show=\"embed\" xlink:actuate=\"onLoad\"/></draw:frame>"));
  EXPECT_THAT(all, HasSubstr("<draw:image xlink:href=\"Pictures/image2.png\" xlink:type=\"simple\" xlink:show=\"embed\" xlink:actuate=\"onLoad\"/><svg:desc>図"));
  EXPECT_EQ(count_of(rebuild_file(document.file(), "a.odt"), "picture-placeholder"), 1u);
}

TEST(OdfText, ObjectsOfOtherProgramsGoAndTheirPictureStays) {
  OdfBytes document = OdfBytes::text(framed("<draw:object-ole xlink:href=\"./Object 1\" draw:class-id=\"x\"/>" + picture("./ObjectReplacements/Object 1")));
  document.add("Object 1", "\xd0\xcf\x11\xe0 evil").add("ObjectReplacements/Object 1", small_png());
  const std::string all = treated(document.file(), "a.odt");
  EXPECT_THAT(all, AllOf(Not(HasSubstr("evil")), Not(HasSubstr("object-ole")), HasSubstr("Pictures/image1.png")));
  const RebuiltFile result = rebuild_file(document.file(), "a.odt");
  EXPECT_EQ(count_of(result, "object"), 1u);
  EXPECT_EQ(count_of(result, "other-entry"), 0u);
}

TEST(OdfText, ChartsAndFormulasInsideAreTreatedInTurn) {
  OdfBytes document = OdfBytes::text(framed("<draw:object xlink:href=\"./Object 7\"/>" + picture("./ObjectReplacements/Object 7")) + framed("<draw:object xlink:href=\"./Object 8/\"/>") +
                                     framed("<draw:object xlink:href=\"./Object 9\"/>"));
  document.add("Object 7/content.xml",
               OdfBytes::part_xml("office:document-content", "<office:scripts><office:script>evil</office:script></office:scripts><office:body><office:chart><chart:chart xlink:href=\"..\" chart:class=\"chart:bar\"/></office:chart></office:body>"));
  document.add("ObjectReplacements/Object 7", "VCLMTF evil").add("Object 9/content.xml", "<evil/>");
  document.add("Object 8/content.xml", OdfBytes::part_xml("math:math", "<math:semantics><math:mi xlink:href=\"http://evil.example/\">x</math:mi><math:maction actiontype=\"evil\"><math:mn>1</math:mn></math:maction>"
                                                                       "<math:annotation encoding=\"StarMath 5.0\">x 1</math:annotation></math:semantics>"));
  const std::string all = treated(document.file(), "a.odt");
  EXPECT_THAT(all, Not(HasSubstr("evil")));
  EXPECT_THAT(all, HasSubstr("=== Object 1/content.xml"));
  EXPECT_THAT(all, HasSubstr("<chart:chart xlink:href=\"..\" chart:class=\"chart:bar\"/>"));
  EXPECT_THAT(all, HasSubstr("manifest:full-path=\"Object 1/\" manifest:version=\"1.3\" manifest:media-type=\"application/vnd.oasis.opendocument.chart\""));
  EXPECT_THAT(all, HasSubstr("<math:annotation encoding=\"StarMath 5.0\">x 1"));
  const RebuiltFile result = rebuild_file(document.file(), "a.odt");
  EXPECT_EQ(count_of(result, "macro"), 1u);
  EXPECT_EQ(count_of(result, "object"), 1u);
}

TEST(OdfText, AValueOfAChartDoesNotSayThatItIsFromElsewhere) {
  const auto cell = [](const std::string& source) { return "<table:table-cell><text:p>1</text:p><draw:g><svg:desc>" + source + "</svg:desc></draw:g></table:table-cell>"; };
  OdfBytes document = OdfBytes::text(framed("<draw:object xlink:href=\"Object 1\"/>"));
  document.add("Object 1/content.xml", OdfBytes::part_xml("office:document-content", "<office:body><office:chart><chart:chart chart:class=\"chart:bar\"><table:table table:name=\"local-table\"><table:table-row>" + cell("'file:///C:/evil.ods'#表.A1") + cell("$表.A1:$表.B2") +
                                                                                   "</table:table-row></table:table></chart:chart></office:chart></office:body>"));
  const std::string all = treated(document.file(), "a.odt");
  EXPECT_THAT(all, AllOf(Not(HasSubstr("evil")), HasSubstr("<draw:g/>"), HasSubstr("<svg:desc>$表.A1:$表.B2</svg:desc>")));
}

TEST(OdfText, DocumentsInsideOfEachOtherHaveAnEnd) {
  OdfBytes document = OdfBytes::text(framed("<draw:object xlink:href=\"Object 1\"/>"));
  std::string folder;
  for (int i = 0; i < 6; ++i) {
    folder += "Object 1/";
    document.add(folder + "content.xml", OdfBytes::part_xml("office:document-content", "<office:body><office:text>" + framed("<draw:object xlink:href=\"Object 1\"/>") + framed("<draw:object xlink:href=\"../Object 1\"/>") + "</office:text></office:body>"));
  }
  const std::string all = treated(document.file(), "a.odt");
  EXPECT_THAT(all, AllOf(HasSubstr("=== Object 1/Object 1/Object 1/content.xml"), Not(HasSubstr("=== Object 1/Object 1/Object 1/Object 1/"))));
}

TEST(OdfText, ControlsKeepWhatTheyShow) {
  const std::string forms = "<office:forms><form:form form:name=\"f\" xlink:href=\"http://evil.example/\" form:command=\"evil\" form:datasource=\"evil\"><form:text form:id=\"c1\" form:current-value=\"記入\" form:data-field=\"evil\""
                            " form:control-implementation=\"ooo:com.sun.star.form.component.TextField\"><form:properties><form:property form:property-name=\"DefaultControl\" office:string-value=\"evil\"/></form:properties></form:text>"
                            "<form:button form:id=\"c2\" form:label=\"送信\" form:button-type=\"submit\" form:control-implementation=\"ooo:evil.Service\"/><form:file form:id=\"c3\"/></form:form></office:forms>";
  const std::string all = treated(OdfBytes::text(forms + "<text:p><draw:control draw:control=\"c1\"/></text:p>").file(), "a.odt");
  EXPECT_THAT(all, Not(HasSubstr("evil")));
  EXPECT_THAT(all, HasSubstr("<form:text form:id=\"c1\" form:current-value=\"記入\" form:control-implementation=\"ooo:com.sun.star.form.component.TextField\"/>"));
  EXPECT_THAT(all, HasSubstr("<form:button form:id=\"c2\" form:label=\"送信\" form:button-type=\"push\"/>"));
}

TEST(OdfText, FieldsFromWordLeaveOnlyWhatTheyShow) {
  const std::string body =
      "<text:p>甲<field:fieldmark-start field:type=\"vnd.oasis.opendocument.field.UNHANDLED\"/> DDEAUTO evil <field:fieldmark-separator/>値<field:fieldmark-end/>乙</text:p>"
      "<text:p><field:fieldmark-start field:type=\"vnd.oasis.opendocument.field.UNHANDLED\"><field:param field:value=\"evil\"/></field:fieldmark-start>旧<field:fieldmark-end/></text:p>"
      "<text:p><field:fieldmark-start field:type=\"vnd.oasis.opendocument.field.FORMTEXT\"/>欄<field:fieldmark-end/></text:p>";
  const std::string all = treated(OdfBytes::text(body).file(), "a.odt");
  EXPECT_THAT(all, Not(HasSubstr("evil")));
  EXPECT_THAT(all, HasSubstr("<text:p>甲値乙</text:p><text:p>旧</text:p><text:p><field:fieldmark-start field:type=\"vnd.oasis.opendocument.field.FORMTEXT\"/>欄<field:fieldmark-end/></text:p>"));
}

}  // namespace
}  // namespace mugai::test::odf
