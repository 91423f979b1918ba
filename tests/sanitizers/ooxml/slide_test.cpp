#include "expect.h"

namespace mugai::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string shape(const std::string& inside) { return "<p:sp><p:nvSpPr><p:cNvPr id=\"2\" name=\"題\">" + inside + "</p:cNvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>本文</a:t></a:r></a:p></p:txBody></p:sp>"; }

TEST(OoxmlSlides, ClicksThatRunOrOpenGoAndJumpsInTheShowStay) {
  OoxmlBytes show = OoxmlBytes::slides(
      shape("<a:hlinkClick r:id=\"\" action=\"ppaction://macro?name=Evil\"/>") + shape("<a:hlinkClick r:id=\"rId3\" action=\"ppaction://program\"/>") +
      shape("<a:hlinkHover r:id=\"rId3\" action=\"ppaction://hlinkfile\"/>") + shape("<a:hlinkClick r:id=\"\" action=\"ppaction://ole?verb=0\"/>") +
      shape("<a:hlinkMouseOver r:id=\"rId3\"/>") + shape("<a:hlinkClick r:id=\"\" action=\"ppaction://hlinkshowjump?jump=nextslide\"><a:snd r:embed=\"rId4\"/></a:hlinkClick>") +
      shape("<a:hlinkClick r:id=\"rId5\" action=\"ppaction://hlinksldjump\"/>"));
  show.relate("ppt/slides/slide1.xml", "rId3", "hyperlink", "file:///c:/windows/calc.exe", true).relate("ppt/slides/slide1.xml", "rId5", "slide", "slide1.xml");
  const std::string all = treated(show, "a.pptx", keeping_links());
  for (const char* gone : {"macro", "program", "hlinkfile", "ppaction://ole", "calc.exe", "MouseOver", "a:snd"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
  EXPECT_THAT(all, HasSubstr("<a:hlinkClick r:id=\"\" action=\"ppaction://hlinkshowjump?jump=nextslide\"/>"));
  EXPECT_THAT(all, HasSubstr("ppaction://hlinksldjump"));
  EXPECT_THAT(all, HasSubstr("本文"));
}

TEST(OoxmlSlides, ObjectsGiveTheirPlaceToTheirPicture) {
  OoxmlBytes show = OoxmlBytes::slides(
      "<p:graphicFrame><p:nvGraphicFramePr/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/presentationml/2006/ole\"><mc:AlternateContent>"
      "<mc:Choice xmlns:v=\"urn:schemas-microsoft-com:vml\" Requires=\"v\"><p:oleObj spid=\"_x0000\" r:id=\"rId3\" progId=\"Package\"><p:embed/></p:oleObj></mc:Choice>"
      "<mc:Fallback><p:oleObj r:id=\"rId3\" progId=\"Package\"><p:embed/><p:pic><p:blipFill><a:blip r:embed=\"rId4\"/></p:blipFill></p:pic></p:oleObj></mc:Fallback>"
      "</mc:AlternateContent></a:graphicData></a:graphic></p:graphicFrame>" + shape(""));
  show.add("ppt/embeddings/oleObject1.bin", "x", "application/vnd.openxmlformats-officedocument.oleObject").relate("ppt/slides/slide1.xml", "rId3", "oleObject", "../embeddings/oleObject1.bin");
  show.add("ppt/media/image1.emf", "x").relate("ppt/slides/slide1.xml", "rId4", "image", "../media/image1.emf");
  const std::string all = treated(show, "a.pptx");
  for (const char* gone : {"oleObj", "graphicFrame", "p:embed", "embeddings"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
  EXPECT_THAT(all, HasSubstr("<p:spTree><p:pic><p:blipFill><a:blip r:embed=\"rId4\"/></p:blipFill></p:pic><p:sp>"));
}

TEST(OoxmlSlides, AnimationsStayWithoutSoundsAndCommands) {
  OoxmlBytes show = OoxmlBytes::slides(shape(""));
  show.replace_in("ppt/slides/slide1.xml", "</p:cSld>",
                  "</p:cSld><p:transition><p:fade/><p:sndAc><p:stSnd><p:snd r:embed=\"rId3\"/></p:stSnd></p:sndAc></p:transition><p:timing><p:tnLst><p:par><p:cTn id=\"1\"><p:childTnLst>"
                  "<p:set/><p:cmd type=\"verb\" cmd=\"0\"/><p:audio/></p:childTnLst></p:cTn></p:par><p:par><p:cTn id=\"2\"><p:childTnLst><p:video/></p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>");
  const std::string all = treated(show, "a.pptx");
  EXPECT_THAT(all, HasSubstr("<p:transition><p:fade/></p:transition>"));
  EXPECT_THAT(all, HasSubstr("<p:childTnLst><p:set/></p:childTnLst>"));
  EXPECT_THAT(all, HasSubstr("<p:cTn id=\"2\"/>"));
}

TEST(OoxmlSlides, MediaControlsTagsAndWebPagesGo) {
  OoxmlBytes show = OoxmlBytes::slides(shape("") + "<p:pic><p:nvPr><a:videoFile r:link=\"rId3\"/><p:custDataLst><p:tags r:id=\"rId4\"/></p:custDataLst></p:nvPr></p:pic><p:controls><p:control r:id=\"rId5\"/></p:controls>");
  show.relate("ppt/slides/slide1.xml", "rId3", "video", "http://evil.example/v.mp4", true);
  show.add("ppt/tags/tag1.xml", "<x/>", "application/vnd.openxmlformats-officedocument.presentationml.tags+xml").relate("ppt/slides/slide1.xml", "rId4", "tags", "../tags/tag1.xml");
  const std::string all = treated(show, "a.pptx", keeping_links());
  for (const char* gone : {"videoFile", "evil", "tags", "control"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
}

TEST(OoxmlSlides, AChartKeepsItsWorkbookWhenThatIsSafe) {
  OoxmlBytes show = OoxmlBytes::slides("<p:graphicFrame><a:graphic><a:graphicData><c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" r:id=\"rId3\"/></a:graphicData></a:graphic></p:graphicFrame>");
  show.add("ppt/charts/chart1.xml",
           "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><c:f>[1]S!A1</c:f>"
           "<c:externalData r:id=\"rId1\"><c:autoUpdate val=\"0\"/></c:externalData></c:chartSpace>",
           "application/vnd.openxmlformats-officedocument.drawingml.chart+xml");
  show.relate("ppt/slides/slide1.xml", "rId3", "chart", "../charts/chart1.xml");
  OoxmlBytes linked = show;
  show.add("ppt/embeddings/a.xlsx", OoxmlBytes::sheet("<row r=\"1\"><c r=\"A1\"><f>cmd|'x'!A1</f><v>5</v></c></row>").file(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  show.relate("ppt/charts/chart1.xml", "rId1", "package", "../embeddings/a.xlsx");
  const std::string all = treated(show, "a.pptx");
  EXPECT_THAT(all, HasSubstr("<c:f>#REF!</c:f><c:externalData r:id=\"rId1\">"));
  EXPECT_THAT(all, HasSubstr("=== ppt/embeddings/workbook1.xlsx"));
  EXPECT_THAT(all, Not(HasSubstr("cmd|")));
  linked.relate("ppt/charts/chart1.xml", "rId1", "oleObject", "file://evil/a.xlsx", true);
  EXPECT_THAT(treated(linked, "a.pptx", keeping_links()), AllOf(Not(HasSubstr("externalData")), Not(HasSubstr("evil"))));
}

}  // namespace
}  // namespace mugai::test
