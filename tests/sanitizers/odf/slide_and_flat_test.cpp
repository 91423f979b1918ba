#include "expect.h"

#include "tests/support/lone_format.h"

namespace mugai::test::odf {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string click(const std::string& attributes, const std::string& inside = "") {
  return "<draw:frame><office:event-listeners><presentation:event-listener script:event-name=\"dom:click\" " + attributes + ">" + inside + "</presentation:event-listener></office:event-listeners></draw:frame>";
}

TEST(OdfSlides, AClickMayOnlyGoSomewhereInTheShow) {
  const std::string jump = click("presentation:action=\"next-page\""), place = click("presentation:action=\"show\" xlink:href=\"#page2\"");
  const std::string all = treated(OdfBytes::slides(jump + place + click("presentation:action=\"execute\" xlink:href=\"file:///C:/evil.exe\"") + click("presentation:action=\"verb\" presentation:verb=\"0\"") +
                                                   click("presentation:action=\"show\" xlink:href=\"file:///C:/evil.odp\"") +
                                                   click("presentation:action=\"sound\"", "<presentation:sound xlink:href=\"file:///C:/evil.wav\"/>"))
                                      .file(), "a.odp");
  EXPECT_THAT(all, Not(HasSubstr("evil")));
  EXPECT_THAT(all, HasSubstr("presentation:action=\"next-page\"/></office:event-listeners></draw:frame>"));
  EXPECT_THAT(all, HasSubstr("xlink:href=\"#page2\" script:event-name=\"dom:click\" presentation:action=\"show\""));
  EXPECT_THAT(all, HasSubstr("<draw:frame/><draw:frame/><draw:frame/><draw:frame/>"));
}

TEST(OdfSlides, TransitionsStayAndCommandsAndSoundsGo) {
  const std::string shapes = "<anim:par presentation:node-type=\"timing-root\"><anim:seq><anim:par><anim:command anim:command=\"evil\"/><anim:audio xlink:href=\"Media/evil.wav\"/><anim:set/></anim:par></anim:seq></anim:par>";
  const std::string all = treated(OdfBytes::slides(shapes).file(), "a.odp");
  EXPECT_THAT(all, HasSubstr("<anim:par presentation:node-type=\"timing-root\"><anim:seq><anim:par><anim:set/></anim:par></anim:seq></anim:par>"));
  EXPECT_THAT(all, Not(HasSubstr("evil")));
}

TEST(OdfFlat, StaysFlatAndLosesTheSame) {
  const std::string png = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEklEQVR4nGP4z8DAAMIM/4EAAB/uBfsL2WiLAAAAAElFTkSuQmCC";
  const std::string body = "<text:p>本文<draw:frame><draw:image><office:binary-data>" + png + "</office:binary-data></draw:image></draw:frame>"
                           "<draw:frame><draw:image><office:binary-data>RVZJTA==</office:binary-data></draw:image></draw:frame>"
                           "<draw:frame><draw:object><office:document office:mimetype=\"application/vnd.oasis.opendocument.chart\"><office:body><office:chart/></office:body></office:document></draw:object></draw:frame>"
                           "<draw:frame><draw:object-ole><office:binary-data>0M8R4A==</office:binary-data></draw:object-ole></draw:frame></text:p>";
  const OdfBytes document = OdfBytes::text(body, "<office:scripts><office:script><ooo:libraries>evil</ooo:libraries></office:script></office:scripts>");
  const std::string all = treated(document.flat(), "a.fodt");
  EXPECT_TRUE(all.starts_with("<?xml")) << all.substr(0, 20);
  EXPECT_THAT(all, AllOf(HasSubstr("<text:p>本文<draw:frame><draw:image><office:binary-data>iVBORw0KGgo"), Not(HasSubstr("evil")), Not(HasSubstr("RVZJ")), Not(HasSubstr("0M8R"))));
  EXPECT_THAT(all, HasSubstr("<office:document office:mimetype=\"application/vnd.oasis.opendocument.chart\"><office:body><office:chart/></office:body></office:document>"));
  const RebuiltFile result = rebuild_file(document.flat(), "a.fodt");
  for (const char* what : {"macro", "object", "picture-placeholder"}) EXPECT_EQ(count_of(result, what), 1u) << what;
}

TEST(OdfFlat, IsKnownByItsRootWhateverItIsCalled) {
  const std::string flat = OdfBytes::sheet("").flat();
  EXPECT_EQ(rebuild_file(flat, "data.xml").item().output_name, "data.fods");
  EXPECT_EQ(rebuild_file(as_utf16(flat), "data.txt").item().detected, "fods");
  EXPECT_EQ(rebuild_file(OdfBytes::slides("").flat(), "a.fodp").item().output_name, "a.fodp");
  std::string other = flat;
  other.replace(other.find("opendocument.spreadsheet"), 24, "opendocument.database---");
  EXPECT_FALSE(rebuild_file(other, "a.fods").left());
}

std::string text_of(const OdfBytes& document, std::string_view type) {
  const auto workspace = sanitize::Workspace::in_memory();
  Profile profile;
  sanitize::Budget budget{profile.limits.max_expanded_bytes, profile.limits.max_archive_members, 0};
  LoneContext context(profile, budget, {}, *workspace);
  const std::string file = document.file();
  sanitize::Input input;
  input.bytes = file;
  input.type = sanitize::type_by_id(type);
  StringSink out;
  const sanitize::Outcome outcome = sanitize::format_for(*input.type)->to_text(input, out, context);
  EXPECT_TRUE(outcome.leaves()) << ::testing::PrintToString(outcome.reasons);
  return out.text;
}

TEST(OdfToText, GivesParagraphsInReadingOrder) {
  const std::string body = "<text:tracked-changes><text:p>旧</text:p></text:tracked-changes><text:h>見出し</text:h><text:p>本<text:s text:c=\"2\"/>文<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>注</text:p></text:note-body></text:note>"
                           "<text:ruby><text:ruby-base>漢</text:ruby-base><text:ruby-text>かん</text:ruby-text></text:ruby></text:p><table:table><table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell><table:table-cell/>"
                           "<table:table-cell><text:p>乙</text:p></table:table-cell></table:table-row></table:table>";
  EXPECT_EQ(text_of(OdfBytes::text(body), "odt"), "\xef\xbb\xbf" "見出し\r\n本  文[1注 ]漢（かん）\r\n甲\t\t乙\r\n");
}

TEST(OdfToText, MarksSheetsAndSlides) {
  EXPECT_EQ(text_of(OdfBytes::sheet("<table:table-cell table:number-columns-repeated=\"2\"><text:p>1</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"16000\"/>"), "ods"),
            "\xef\xbb\xbf--- 表 ---\r\n\r\n1\t1\r\n");
  EXPECT_EQ(text_of(OdfBytes::slides("<draw:frame><draw:text-box><text:p>題</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>話</text:p></draw:text-box></draw:frame></presentation:notes>"), "odp"),
            "\xef\xbb\xbf--- 1 表紙 ---\r\n\r\n題\r\n\r\n--- 1 ノート / notes ---\r\n\r\n話\r\n");
}

}  // namespace
}  // namespace mugai::test::odf
